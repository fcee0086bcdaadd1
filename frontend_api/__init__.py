"""The FastAPI gateway: HTTP only; every decision is made in `resonance_dao.workflows`."""
