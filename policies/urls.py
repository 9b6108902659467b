"""Routes of policies: pages and API."""

from django.urls import path

from policies import api, system_api, system_views, views

app_name = "policies"
urlpatterns = [
    path("policies/", views.policy_list, name="list"),
    path("policies/new/", views.create_policy, name="create"),
    path("policies/contracts/", views.clause_list, name="clauses"),
    path("policies/contracts/new/", views.add_clause, name="add_clause"),
    path("policies/contracts/<slug:reference>/end/", views.end_clause, name="end_clause"),
    path("policies/systems/", system_views.system_list, name="systems"),
    path("policies/systems/new/", system_views.add_system, name="add_system"),
    path("policies/systems/import/", system_views.import_systems, name="import_systems"),
    path("policies/systems/<slug:reference>/", system_views.change_system, name="change_system"),
    path("policies/systems/<slug:reference>/retire/", system_views.retire_system, name="retire_system"),
    path("policies/<slug:reference>/", views.policy_page, name="policy"),
    path("policies/<slug:reference>/versions/new/", views.write_version, name="write_version"),
    path("policies/<slug:reference>/versions/<int:number>/", views.version_page, name="version"),
    path("policies/<slug:reference>/versions/<int:number>/edit/", views.edit_draft, name="edit_draft"),
    path(
        "policies/<slug:reference>/versions/<int:number>/submit/", views.submit_version, name="submit_version"
    ),
    path(
        "policies/<slug:reference>/versions/<int:number>/approve/",
        views.approve_version,
        name="approve_version",
    ),
    path(
        "policies/<slug:reference>/versions/<int:number>/return/", views.return_version, name="return_version"
    ),
    path(
        "policies/<slug:reference>/versions/<int:number>/in-force/", views.put_in_force, name="put_in_force"
    ),
    path("api/policies/", api.Policies.as_view(), name="api_list"),
    path("api/policies/contracts/", api.Clauses.as_view(), name="api_clauses"),
    path("api/policies/contracts/<slug:reference>/end/", api.EndClause.as_view(), name="api_end_clause"),
    path("api/policies/systems/", system_api.Systems.as_view(), name="api_systems"),
    path("api/policies/systems/import/", system_api.ImportSystems.as_view(), name="api_import_systems"),
    path("api/policies/systems/<slug:reference>/", system_api.OneSystem.as_view(), name="api_system"),
    path(
        "api/policies/systems/<slug:reference>/retire/",
        system_api.RetireSystem.as_view(),
        name="api_retire_system",
    ),
    path("api/policies/<slug:reference>/", api.OnePolicy.as_view(), name="api_policy"),
    path("api/policies/<slug:reference>/versions/", api.Versions.as_view(), name="api_versions"),
    path(
        "api/policies/<slug:reference>/versions/<int:number>/", api.OneVersion.as_view(), name="api_version"
    ),
    path(
        "api/policies/<slug:reference>/versions/<int:number>/submit/", api.Submit.as_view(), name="api_submit"
    ),
    path(
        "api/policies/<slug:reference>/versions/<int:number>/approve/",
        api.Approve.as_view(),
        name="api_approve",
    ),
    path(
        "api/policies/<slug:reference>/versions/<int:number>/return/", api.Return.as_view(), name="api_return"
    ),
    path(
        "api/policies/<slug:reference>/versions/<int:number>/in-force/",
        api.InForce.as_view(),
        name="api_in_force",
    ),
]
