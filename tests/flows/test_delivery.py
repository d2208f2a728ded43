"""Mail to recipients, against a real SMTP server on 127.0.0.1."""

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from flows.company import Company, open_company
from flows.delivery import PASSWORD, deliver, deliveries, tell_operations
from flows.edition import Edition, Pack
from flows.errors import PlatformError, SettingsError
from transforms.parameters import ReviewWeek

HOST = "127.0.0.1"
WEEK = ReviewWeek("2026-W47", dt.date(2026, 11, 16), dt.date(2026, 11, 22))


class Inbox:
    """Keeps what arrives; refuses one address."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  # the name and shape aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.startswith("gone@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def sent(self) -> list[tuple[str, bytes]]:
        """Receiver and attachment of each message."""
        return [
            (
                message["To"].addresses[0].addr_spec,
                next(iter(message.iter_attachments())).get_content(),
            )
            for message in self.messages
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    kept, port = Inbox(), free_port()
    controller = Controller(kept, hostname=HOST, port=port)
    controller.start()
    yield kept, port
    controller.stop()


Setup = Callable[..., Company]


@pytest.fixture
def setup(company: Company) -> Setup:
    def write(port: int | None, *recipients: tuple[str, str | None], more: str = "") -> Company:
        text = (company.folder / "fupan.toml").read_text("utf-8")
        for email, team in recipients:
            text += f'[[recipients]]\nname = "收件人"\nemail = "{email}"\n'
            text += f'team = "{team}"\n' if team else ""
        host = "" if port is None else f'smtp_host = "{HOST}"\nsmtp_port = {port}\n'
        (company.folder / "fupan.toml").write_text(f"{text}[delivery]\n{host}{more}", "utf-8")
        return open_company(company.folder)

    return write


def edition(company: Company, number: int = 1, **contents: bytes) -> Edition:
    """An edition with the company's pack and that of each team named."""
    folder = company.published / "packs" / WEEK.label / f"edition-{number}"
    folder.mkdir(parents=True)
    packs = []
    for name, content in {"company": b"whole", **contents}.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(content)
        kind = "company" if name == "company" else "team"
        packs.append(Pack(kind, name, path, f"sha-{content!r}", number, is_new=True))
    return Edition(WEEK, number, is_new=True, folder=folder, packs=tuple(packs))


PLAIN = "starttls = false\n"


def test_each_recipient_gets_the_pack_that_is_theirs(
    inbox: tuple[Inbox, int], setup: Setup
) -> None:
    kept, port = inbox
    company = setup(port, ("head@acme.cn", None), ("east@acme.cn", "East"), more=PLAIN)
    sent = deliver(company, edition(company, East=b"east", West=b"west"))
    assert kept.sent() == [("head@acme.cn", b"whole"), ("east@acme.cn", b"east")]
    assert [delivery.recipient for delivery in sent] == ["head@acme.cn", "east@acme.cn"]
    assert deliveries(company) == sent
    subject = kept.messages[0]["Subject"]
    assert subject == "样例设备 销售复盘 2026-W47（第 1 版）"


def test_the_same_edition_is_never_sent_twice(inbox: tuple[Inbox, int], setup: Setup) -> None:
    kept, port = inbox
    company = setup(port, ("head@acme.cn", None), more=PLAIN)
    published = edition(company)
    assert len(deliver(company, published)) == 1
    assert deliver(company, published) == ()
    assert len(kept.messages) == 1


def test_a_new_edition_sends_only_packs_that_changed(
    inbox: tuple[Inbox, int], setup: Setup
) -> None:
    kept, port = inbox
    company = setup(port, ("east@acme.cn", "East"), ("west@acme.cn", "West"), more=PLAIN)
    deliver(company, edition(company, East=b"east", West=b"west"))
    kept.messages.clear()
    deliver(company, edition(company, 2, East=b"east corrected", West=b"west"))
    assert kept.sent() == [("east@acme.cn", b"east corrected")]


def test_without_a_mail_server_packs_stay_in_the_folder(setup: Setup) -> None:
    company = setup(None, ("head@acme.cn", None))
    assert deliver(company, edition(company)) == ()
    assert deliveries(company) == ()


def test_a_refused_address_does_not_keep_the_others_waiting(
    inbox: tuple[Inbox, int], setup: Setup
) -> None:
    kept, port = inbox
    company = setup(port, ("gone@acme.cn", None), ("head@acme.cn", None), more=PLAIN)
    with pytest.raises(PlatformError, match=r"refuses gone@acme\.cn"):
        deliver(company, edition(company))
    assert [receiver for receiver, _ in kept.sent()] == ["head@acme.cn"]
    assert [delivery.recipient for delivery in deliveries(company)] == ["head@acme.cn"]


def test_a_recipient_of_an_unknown_team_is_a_wrong_setting(
    inbox: tuple[Inbox, int], setup: Setup
) -> None:
    kept, port = inbox
    company = setup(port, ("head@acme.cn", None), ("east@acme.cn", "Eest"), more=PLAIN)
    with pytest.raises(SettingsError, match="name one of: East"):
        deliver(company, edition(company, East=b"east"))
    assert kept.messages == []


def test_an_unreachable_server_says_what_state_things_are_in(setup: Setup) -> None:
    company = setup(1, ("head@acme.cn", None), more=PLAIN)
    with pytest.raises(PlatformError, match=r"127\.0\.0\.1:1\n  state: packs are in the folder"):
        deliver(company, edition(company))


def test_operations_are_told_of_a_failure(inbox: tuple[Inbox, int], setup: Setup) -> None:
    kept, port = inbox
    told = setup(port, more=f'{PLAIN}operations = "ops@acme.cn"\n')
    assert tell_operations(told, subject="weekly-review failed", text="column 金额 is gone")
    assert kept.messages[0]["To"] == "ops@acme.cn"
    assert "column 金额 is gone" in kept.messages[0].get_content()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that it signed itself, and a server's side of it."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


@pytest.mark.parametrize(
    ("password", "error"),
    [
        pytest.param("open sesame", None, id="right"),
        pytest.param("guess", "does not accept user fupan", id="wrong"),
        pytest.param(None, "there is no password", id="absent"),
    ],
)
def test_the_password_comes_from_the_environment_over_tls(
    setup: Setup,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str | None,
    error: str | None,
) -> None:
    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _way: str, login: object
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        return AuthResult(success=login == LoginPassword(b"fupan", b"open sesame"), handled=False)

    kept, port = Inbox(), free_port()
    public, context = certificate(tmp_path)
    controller = Controller(
        kept,
        hostname=HOST,
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    if password is None:
        monkeypatch.delenv(PASSWORD, raising=False)
    else:
        monkeypatch.setenv(PASSWORD, password)
    company = setup(port, ("head@acme.cn", None), more='smtp_user = "fupan"\n')
    try:
        if error is None:
            deliver(company, edition(company))
            assert len(kept.messages) == 1
        else:
            with pytest.raises(SettingsError, match=error):
                deliver(company, edition(company))
            assert kept.messages == []
    finally:
        controller.stop()
