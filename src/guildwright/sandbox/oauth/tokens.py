"""POST /oauth2/token and /oauth2/token/revoke, with the error bodies of RFC 6749 that Discord sends."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import unquote_plus

from guildwright.kernel import limits
from guildwright.sandbox.oauth.grants import Authorization, Consent, answers_challenge, grants_of
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Answer, Call
from guildwright.sandbox.rest.routes import table


@table.on("POST", "/oauth2/token")
def token(call: Call) -> Any:
    if not _is_client(call):
        return Answer(401, {"error": "invalid_client"})
    kind = call.body.get("grant_type")
    if kind == "authorization_code":
        return _from_code(call)
    if kind == "refresh_token":
        return _from_refresh(call)
    if kind == "client_credentials":
        raise errors.not_modelled("grant_type=client_credentials")
    return _refused("unsupported_grant_type", f"Grant type {kind} is not supported")


@table.on("POST", "/oauth2/token/revoke")
def revoke(call: Call) -> Any:
    if not _is_client(call):
        return Answer(401, {"error": "invalid_client"})
    given = call.body.get("token")
    if not isinstance(given, str):
        return _refused("invalid_request", 'Missing "token" in request.')
    grants_of(call.world).revoke(given)
    return {}


def _is_client(call: Call) -> bool:
    """Whether the application's ID and secret are there, as Basic credentials or in the form."""
    given = _basic(call.authorization) or (call.body.get("client_id"), call.body.get("client_secret"))
    known = (str(call.world.backend.application_id), call.world.client_secret)
    # In one comparison, so that its time does not tell which of the two was wrong.
    return hmac.compare_digest(repr([str(part) for part in given]).encode(), repr(list(known)).encode())


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(name), unquote_plus(secret)


def _from_code(call: Call) -> Any:
    code = call.body.get("code")
    if not isinstance(code, str):
        return _refused("invalid_request", 'Missing "code" in request.')
    consent = grants_of(call.world).take_code(code)
    if consent is None:
        return _refused("invalid_grant", 'Invalid "code" in request.')
    if call.body.get("redirect_uri") != consent.redirect_uri:
        return _refused("invalid_grant", 'Invalid "redirect_uri" in request.')
    if (refusal := _check_verifier(consent, call.body.get("code_verifier"))) is not None:
        return refusal
    return _told(grants_of(call.world).grant(consent.user_id, consent.scopes, code))


def _check_verifier(consent: Consent, verifier: Any) -> Answer | None:
    if consent.challenge is None:
        return None
    if not isinstance(verifier, str):
        return _refused("invalid_request", 'Missing "code_verifier" in request.')
    if not answers_challenge(consent.challenge, verifier):
        return _refused("invalid_grant", 'Invalid "code_verifier" in request.')
    return None


def _from_refresh(call: Call) -> Any:
    given = call.body.get("refresh_token")
    if not isinstance(given, str):
        return _refused("invalid_request", 'Missing "refresh_token" in request.')
    renewed = grants_of(call.world).refresh(given)
    if renewed is None:
        return _refused("invalid_grant", 'Invalid "refresh_token" in request.')
    return _told(renewed)


def _told(authorization: Authorization) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "access_token": authorization.access_token,
        "expires_in": limits.OAUTH_TOKEN_SECONDS,
        "refresh_token": authorization.refresh_token,
        "scope": authorization.scope,
    }


def _refused(error: str, description: str) -> Answer:
    return Answer(400, {"error": error, "error_description": description})
