"""Projects."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api.dependencies import ListsDep, SystemDep
from frontend_api.openapi import responses
from frontend_api.schemas.page import Cursor, Limit, Page, paged
from frontend_api.schemas.project import ProjectOut
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import QuickRoute
from resonance_dao.workflows import projects

router = APIRouter(prefix="/v1/projects", tags=["projects"], route_class=QuickRoute)


@router.get("", summary="List projects", responses=responses(422))
def list_projects(lists: ListsDep, cursor: Cursor = None, limit: Limit = 20) -> Page[ProjectOut]:
    """List the projects, oldest first."""
    found, following = paged("projects", cursor, limit, lists.projects, lambda view: view.id)
    return Page(items=[ProjectOut.of(view) for view in found], next_cursor=following)


@router.get("/{project_id}", summary="Show a project", responses=responses(404, 422))
def show_project(system: SystemDep, project_id: Id) -> ProjectOut:
    """Show one project with its token, its owner and its stewards."""
    return ProjectOut.of(projects.project(system, project_id))
