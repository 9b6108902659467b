/* Asks axe for the contrast of every text whose colours it has not judged before; `seen` names those it has.

   Text is told apart by what contrast is made of: its colour, size and weight, and the grounds below it. What is taken
   out of the flow may lie on something that is not its ancestor, so its place in the page counts too. Of those alike on
   a page three are asked: axe takes long over each, and what it cannot tell of one it may tell of another. Only what it
   has called good or bad is seen; what it could not tell is asked again on the next page. */
async (seen) => {
  const known = new Set(seen), judged = new Set();
  const place = (e) => (e ? `${place(e.parentElement)}>${e.localName}.${e.getAttribute('class') ?? ''}` : '');
  const grounds = new Map([[null, '']]);
  const ground = (e) => {
    if (!grounds.has(e)) {
      const is = getComputedStyle(e);
      let own = '';
      if (is.backgroundColor !== 'rgba(0, 0, 0, 0)' || is.backgroundImage !== 'none' || is.opacity !== '1')
        own += `/${is.backgroundColor} ${is.backgroundImage} ${is.opacity}`;
      if (['absolute', 'fixed', 'sticky'].includes(is.position)) own += `/${place(e)}`;
      grounds.set(e, ground(e.parentElement) + own);
    }
    return grounds.get(e);
  };
  const key = (e) => {
    const is = getComputedStyle(e);
    return `${is.color} ${is.fontSize} ${is.fontWeight} ${is.textShadow}${ground(e)}`;
  };
  const says = (e) =>
    e.matches('input, select, textarea') ||
    [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const alike = new Map();
  const wanted = (e) => {
    const times = (alike.get(key(e)) ?? 0) + 1;
    alike.set(key(e), times);
    return times <= 3 && !known.has(key(e));
  };
  const asked = [...document.body.querySelectorAll('*')].filter((e) => says(e) && wanted(e));
  if (!asked.length) return [[], []];
  const options = { resultTypes: ['violations', 'passes'], preload: false, iframes: false, runOnly: { type: 'rule', values: ['color-contrast'] } };
  const { violations, passes } = await axe.run({ include: asked }, options);
  for (const { nodes } of [...violations, ...passes])
    for (const { target } of nodes) judged.add(key(document.querySelector(target[0])));
  const bad = violations.flatMap(({ nodes }) => nodes.map((node) => `axe color-contrast: ${node.html.slice(0, 200)}`));
  return [[...judged], bad];
}
