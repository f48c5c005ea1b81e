"""How an automation refuses."""

from synqro.core.errors import Conflict, NotFound


class AgentNotFound(NotFound):
    """No such automation in this store."""

    code = "not_found"


class AgentRunning(Conflict):
    """It is at work, or has been asked to. The fact `run_id` names that run."""

    code = "agent_running"
