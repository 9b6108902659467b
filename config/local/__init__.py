"""Trying it out on one machine: launcher, embedded engines, mail catcher. Production never imports this."""
