"""How texts and calls leave: a small interface, the provider's own library behind it, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from hustings.errors import ConfigError, HustingsError


class ChannelError(HustingsError):
    """The provider did not take a text or call.

    Parameters
    ----------
    message : str
        What it said, without the number.
    code : str
        Its code; empty when it could not be reached: then nobody knows whether it was taken.
    """

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Channel(Protocol):
    """What fieldwork needs of a provider; `key` names the attempt for the provider's callbacks."""

    def send_text(self, to: str, text: str, key: str) -> str:
        """Send a text and give the provider's id."""
        ...

    def call(self, to: str, url: str, key: str) -> str:
        """Call; the provider then asks `url` what to say. Gives the provider's id."""
        ...


class NoChannel:
    """No provider is set: web links only."""

    def send_text(self, to: str, text: str, key: str) -> str:  # noqa: ARG002 (the interface)
        """Refuse.

        Raises
        ------
        ConfigError
            Always.
        """
        raise ConfigError("no provider of texts is set", hint="field with --mode web, or set the provider's account")

    def call(self, to: str, url: str, key: str) -> str:
        """Refuse.

        Raises
        ------
        ConfigError
            Always.
        """
        return self.send_text(to, url, key)


@dataclass(frozen=True)
class Account:
    """A provider's account.

    Parameters
    ----------
    sid, token : str
        Account id, and the secret that also signs webhooks.
    number : str
        The number that texts and calls come from, E.164.
    base_url : str
        Another address of the provider's API; empty for its own.
    """

    sid: str
    token: str
    number: str
    base_url: str = ""


class TwilioChannel:
    """Texts and calls through the ``twilio`` library.

    Parameters
    ----------
    account : Account
        Whose.
    public_url : str
        Where the provider reaches our server, without a slash at the end.
    """

    def __init__(self, account: Account, public_url: str) -> None:
        from twilio.rest import Client

        self._number = account.number
        self._public = public_url.rstrip("/")
        # An environment of its own: what stands in the process's would change region and edge unseen.
        self._client = Client(
            account.sid, account.token, http_client=_http_client(account.base_url), environment={"": ""}
        )

    def send_text(self, to: str, text: str, key: str) -> str:
        """Send a text.

        Raises
        ------
        ChannelError
            The provider refused it or could not be reached.
        """
        return self._do(
            self._client.messages.create, to=to, from_=self._number, body=text, status_callback=self._status(key)
        )

    def call(self, to: str, url: str, key: str) -> str:
        """Call a number.

        Raises
        ------
        ChannelError
            The provider refused it or could not be reached.
        """
        return self._do(
            self._client.calls.create,
            to=to,
            from_=self._number,
            url=url,
            method="POST",
            machine_detection="Enable",
            timeout=25,
            status_callback=self._status(key),
        )

    def _status(self, key: str) -> str:
        return f"{self._public}/status/{key}"

    @staticmethod
    def _do(create: Any, **asked: Any) -> str:  # noqa: ANN401 (the library has no types)
        from requests.exceptions import RequestException
        from twilio.base.exceptions import TwilioException, TwilioRestException

        try:
            return str(create(**asked).sid)
        except TwilioRestException as err:
            # Its message can hold the number: the code is enough, and is looked up in the provider's list.
            raise ChannelError(
                f"the provider refused it (code {err.code}, HTTP {err.status})", code=str(err.code)
            ) from None
        except (RequestException, TwilioException) as err:
            raise ChannelError(f"the provider could not be reached ({type(err).__name__})") from None


def _http_client(base_url: str) -> Any:  # noqa: ANN401 (the library has no types)
    """Give the library's own HTTP client, turned to another address where one is given."""
    from twilio.http.http_client import TwilioHttpClient

    if not base_url:
        return TwilioHttpClient(timeout=20)
    place = urlsplit(base_url)

    class Elsewhere(TwilioHttpClient):  # type: ignore[misc]
        def request(self, method: str, url: str, **rest: Any) -> Any:  # noqa: ANN401
            there = urlsplit(url)._replace(scheme=place.scheme, netloc=place.netloc)
            return super().request(method, urlunsplit(there), **rest)

    return Elsewhere(timeout=20)


def signed(token: str, url: str, form: dict[str, str], signature: str) -> bool:
    """Tell whether the provider signed a webhook.

    Parameters
    ----------
    token : str
        The account's secret.
    url : str
        The address as the provider saw it: public, with the query.
    form : dict
        What was posted.
    signature : str
        The header ``X-Twilio-Signature``.
    """
    from twilio.request_validator import RequestValidator

    return bool(RequestValidator(token).validate(url, form, signature))
