"""How is a refusal told to a program? As one JSON form, with the advice in both languages and, after a conflict, both texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongchi.workbench.errors import TongchiError, status_of


class Refusal(Schema):
    """What was refused: the code of the error, its message, and the facts of it."""

    code: str
    zh: str
    en: str
    facts: dict[str, Any] = Field(default_factory=dict)


REFUSED = frozenset({400, 401, 403, 404, 409, 422})


def told_by(api: NinjaAPI) -> None:
    """Let the API tell every refusal so."""

    def tell(request: HttpRequest, status: int, refusal: Refusal) -> HttpResponse:
        answer = api.create_response(request, refusal.model_dump(), status=status)
        if status == 401:
            answer["WWW-Authenticate"] = 'Bearer realm="tongchi"'
        return answer

    def by_error(request: HttpRequest, error: TongchiError) -> HttpResponse:
        facts = {key: value if isinstance(value, int | str) else str(value) for key, value in error.facts.items()}
        refusal = Refusal(code=error.code, zh=error.message("zh"), en=error.message("en"), facts=facts)
        return tell(request, status_of(error), refusal)

    def by_absence(request: HttpRequest, _error: Exception) -> HttpResponse:
        return tell(request, 404, Refusal(code="404", zh="不存在，或对您不可见", en="Not there, or not for you to see"))

    def by_stranger(request: HttpRequest, _error: Exception) -> HttpResponse:
        return tell(request, 401, Refusal(code="401", zh="须凭令牌或登录", en="A token or a session is needed"))

    def by_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
        wrong = {".".join(str(part) for part in each["loc"]): str(each["msg"]) for each in error.errors}
        refusal = Refusal(code="422", zh="请求不合要求", en="The request does not fit", facts=wrong)
        return tell(request, 422, refusal)

    def by_status(request: HttpRequest, error: HttpError) -> HttpResponse:
        zh, _, en = error.message.partition(" / ")
        return tell(request, error.status_code, Refusal(code=str(error.status_code), zh=zh, en=en or zh))

    def by_denial(request: HttpRequest, _error: Exception) -> HttpResponse:
        return tell(request, 403, Refusal(code="403", zh="无权进行此操作", en="Not permitted"))

    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        TongchiError: by_error,
        ObjectDoesNotExist: by_absence,
        Http404: by_absence,
        AuthenticationError: by_stranger,
        ValidationError: by_form,
        HttpError: by_status,
        PermissionDenied: by_denial,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def file_of(*types: str) -> dict[str, Any]:
    """Return what the description says of an operation that hands out a file."""
    as_is = {"type": "string", "format": "binary"}
    content = {each: {"schema": {"type": "object"} if each == "application/json" else as_is} for each in types}
    return {"responses": {200: {"description": "The file", "content": content}}}
