"""Addresses of work: on an incident, over all, and playbooks as a setting; pages and API."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.api import items as item_api
from incidents.api import playbooks as playbook_api
from incidents.views import items, playbooks, work

OF_AN_INCIDENT: list[URLPattern] = [
    path("work/", work.work, name="work"),
    path("work/board/", work.work_board, name="work_board"),
    path("work/playbook/", work.playbook_difference, name="playbook_difference"),
    path("work/playbook/start/", work.start_playbook, name="start_playbook"),
    path("work/playbook/apply/", work.apply_playbook, name="apply_playbook"),
    path("work/playbook/keep/", work.keep_playbook, name="keep_playbook"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/change/", items.change_item, name="change_item"),
    path("items/<int:pk>/start/", items.start_item, name="start_item"),
    path("items/<int:pk>/wait/", items.wait_item, name="wait_item"),
    path("items/<int:pk>/finish/", items.finish_item, name="finish_item"),
    path("items/<int:pk>/drop/", items.drop_item, name="drop_item"),
    path("items/<int:pk>/reopen/", items.reopen_item, name="reopen_item"),
    path("items/<int:pk>/have/", items.have_item, name="have_item"),
    path("items/<int:pk>/hand-over/", items.hand_over_item, name="hand_over_item"),
    path("items/<int:pk>/tick/", items.tick_item, name="tick_item"),
    path("items/<int:pk>/comment/", items.comment_item, name="comment_item"),
]
API_OF_AN_INCIDENT: list[URLPattern] = [
    path("items/", item_api.Items.as_view(), name="api_items"),
    path("items/<int:pk>/", item_api.OneItem.as_view(), name="api_item"),
    path("items/<int:pk>/start/", item_api.start_item, name="api_start_item"),
    path("items/<int:pk>/wait/", item_api.wait_item, name="api_wait_item"),
    path("items/<int:pk>/finish/", item_api.finish_item, name="api_finish_item"),
    path("items/<int:pk>/drop/", item_api.drop_item, name="api_drop_item"),
    path("items/<int:pk>/reopen/", item_api.reopen_item, name="api_reopen_item"),
    path("items/<int:pk>/have/", item_api.have_item, name="api_have_item"),
    path("items/<int:pk>/hand-over/", item_api.hand_over_item, name="api_hand_over_item"),
    path("items/<int:pk>/tick/", item_api.tick_item, name="api_tick_item"),
    path("items/<int:pk>/comment/", item_api.comment_item, name="api_comment_item"),
    path("playbook/", playbook_api.playbook_difference, name="api_playbook_difference"),
    path("playbook/start/", playbook_api.start_playbook, name="api_start_playbook"),
    path("playbook/apply/", playbook_api.apply_playbook, name="api_apply_playbook"),
    path("playbook/keep/", playbook_api.keep_playbook, name="api_keep_playbook"),
]
OVER_ALL: list[URLPattern] = [
    path("work/", work.my_items, name="my_items"),
    path("work/several/", items.act_on_items, name="act_on_items"),
    path("work/seen/", work.read_mentions, name="read_mentions"),
    path("settings/playbooks/", playbooks.playbooks, name="playbooks"),
    path("settings/playbooks/ready/", playbooks.add_ready_playbooks, name="add_ready_playbooks"),
    path("settings/playbooks/new/", playbooks.create_playbook, name="create_playbook"),
    path("settings/playbooks/<slug:key>/", playbooks.playbook, name="playbook"),
    path("settings/playbooks/<slug:key>/describe/", playbooks.describe_playbook, name="describe_playbook"),
    path("settings/playbooks/<slug:key>/steps/", playbooks.add_step, name="add_step"),
    path("settings/playbooks/<slug:key>/steps/<slug:step>/", playbooks.change_step, name="change_step"),
    path(
        "settings/playbooks/<slug:key>/steps/<slug:step>/remove/", playbooks.remove_step, name="remove_step"
    ),
    path("settings/playbooks/<slug:key>/steps/<slug:step>/move/", playbooks.move_step, name="move_step"),
    path(
        "settings/playbooks/<slug:key>/in-force/",
        playbooks.put_playbook_in_force,
        name="put_playbook_in_force",
    ),
    path(
        "settings/playbooks/<slug:key>/discard/",
        playbooks.discard_playbook_draft,
        name="discard_playbook_draft",
    ),
    path("settings/playbooks/<slug:key>/retire/", playbooks.retire_playbook, name="retire_playbook"),
    path("api/items/", item_api.my_items, name="api_my_items"),
    path("api/items/several/", item_api.act_on_items, name="api_act_on_items"),
    path("api/items/mentions/", item_api.mentions, name="api_mentions"),
    path("api/items/seen/", item_api.read_mentions, name="api_read_mentions"),
    path("api/playbooks/", playbook_api.Playbooks.as_view(), name="api_playbooks"),
    path("api/playbooks/ready/", playbook_api.add_ready_playbooks, name="api_add_ready_playbooks"),
    path("api/playbooks/<slug:key>/", playbook_api.playbook, name="api_playbook"),
    path("api/playbooks/<slug:key>/draft/", playbook_api.Draft.as_view(), name="api_playbook_draft"),
    path(
        "api/playbooks/<slug:key>/discard/",
        playbook_api.discard_playbook_draft,
        name="api_discard_playbook_draft",
    ),
    path(
        "api/playbooks/<slug:key>/in-force/",
        playbook_api.put_playbook_in_force,
        name="api_put_playbook_in_force",
    ),
    path("api/playbooks/<slug:key>/retire/", playbook_api.retire_playbook, name="api_retire_playbook"),
]
