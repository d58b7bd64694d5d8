"""One sentence that a page says about what was just done: the address names it, and can name no other text."""

from typing import Final

from astrarium.service.web.visitor import AnyRequest

_SENTENCES: Final = {
    "begun": "Your account is there, and you are signed in.",
    "reset": "The new password is set, and every session has ended. Sign in with it.",
    "ended": "You were signed out meanwhile, and nothing was changed. Sign in and do it again.",
    "late": "That took too long. Sign in again.",
    "email": "The account has its new e-mail address.",
    "password": "The password is changed. Every other session has ended.",
    "session": "That session has ended.",
    "sessions": "Every other session has ended.",
    "factor-off": "The second factor is removed: signing in asks for the password alone.",
    "key-deleted": "The key is deleted. Programs that send it are refused from now on.",
}


def notice(request: AnyRequest) -> str:
    """The sentence that `?done=…` stands for; nothing for a name that there is not."""
    return _SENTENCES.get(request.query_params.get("done", ""), "")
