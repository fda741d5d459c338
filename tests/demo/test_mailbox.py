import smtplib
import socket
from email.message import EmailMessage
from threading import Thread

import pytest

from comments_service.demo.mailbox import Mailbox


def mail(
    subject: str = "Hello", *, to: str = "ines@example.org", body: str = "Text."
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "post@example.com"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(body)
    return message


def send(mailbox: Mailbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        client.send_message(message)


def later(_recipient: str) -> tuple[int, str] | None:
    return 451, "later"


def never(_recipient: str) -> tuple[int, str] | None:
    return None


def test_keeps_the_envelope_and_the_content() -> None:
    with Mailbox() as mailbox:
        send(mailbox, mail("Grüße", body="Über die Uhr."))
    (received,) = mailbox.messages
    assert received.envelope_from == "post@example.com"
    assert received.recipients == ("ines@example.org",)
    assert received.parsed["Subject"] == "Grüße"
    assert received.parsed.get_content().strip() == "Über die Uhr."


def test_its_url_names_the_port_it_listens_on() -> None:
    with Mailbox() as mailbox:
        assert mailbox.url == f"smtp://127.0.0.1:{mailbox.port}"
        assert mailbox.port > 0


def test_a_line_that_begins_with_a_dot_arrives_as_written() -> None:
    with Mailbox() as mailbox:
        send(mailbox, mail(body=".\n..two\n.end"))
    assert mailbox.messages[0].parsed.get_content().splitlines() == [".", "..two", ".end"]


def test_several_mails_go_through_one_connection() -> None:
    with Mailbox() as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        client.send_message(mail("one"))
        client.rset()
        client.noop()
        client.send_message(mail("two"), to_addrs=["a@example.org", "b@example.org"])
        assert [m.parsed["Subject"] for m in mailbox.messages] == ["one", "two"]
        assert mailbox.messages[1].recipients == ("a@example.org", "b@example.org")


def test_advertises_what_a_modern_client_asks_for() -> None:
    with Mailbox() as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        client.ehlo()
        assert all(client.has_extn(name) for name in ("size", "8bitmime", "smtputf8"))


def test_an_address_in_another_script_is_kept_as_utf_8() -> None:
    with Mailbox() as mailbox:
        send(mailbox, mail(to="jörg@bücher.example"))
    assert mailbox.messages[0].recipients == ("jörg@bücher.example",)


def test_answers_helo_too() -> None:
    with Mailbox() as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        assert client.helo()[0] == 250
        assert client.mail("a@example.com")[0] == 250


@pytest.mark.parametrize("code", [451, 550])
def test_a_rejected_recipient_gets_the_code_and_the_others_their_mail(code: int) -> None:
    def reject(recipient: str) -> tuple[int, str] | None:
        return (code, "not today") if recipient == "full@example.org" else None

    with Mailbox(reject=reject) as mailbox:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(mailbox, mail(to="full@example.org"))
        assert refused.value.recipients["full@example.org"] == (code, b"not today")
        send(mailbox, mail(to="free@example.org"))
    assert [m.recipients for m in mailbox.messages] == [("free@example.org",)]


def test_a_connection_cut_before_the_text_keeps_nothing() -> None:
    with Mailbox(drop=lambda _: "before DATA") as mailbox:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(mailbox, mail())
        assert mailbox.messages == ()


def test_a_connection_cut_after_the_text_keeps_the_mail_unanswered() -> None:
    with Mailbox(drop=lambda _: "after DATA") as mailbox:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(mailbox, mail())
        assert len(mailbox.messages) == 1


def test_the_answers_can_be_changed_while_it_runs() -> None:
    with Mailbox() as mailbox:
        mailbox.reject = later
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(mailbox, mail())
        mailbox.reject = never
        send(mailbox, mail())
    assert len(mailbox.messages) == 1


def test_waits_for_a_number_of_mails() -> None:
    with Mailbox() as mailbox:
        sender = Thread(target=lambda: [send(mailbox, mail(str(n))) for n in range(3)])
        sender.start()
        received = mailbox.wait_for(3, timeout=5)
        sender.join()
    assert [m.parsed["Subject"] for m in received] == ["0", "1", "2"]


def test_waits_for_what_a_predicate_names() -> None:
    with Mailbox() as mailbox:
        sender = Thread(target=lambda: [send(mailbox, mail(s)) for s in ("first", "wanted")])
        sender.start()
        mailbox.wait_for(lambda kept: any(m.parsed["Subject"] == "wanted" for m in kept), timeout=5)
        sender.join()


def test_waiting_in_vain_tells_what_did_arrive() -> None:
    with Mailbox() as mailbox:
        send(mailbox, mail("the other one"))
        with pytest.raises(TimeoutError, match="the other one"):
            mailbox.wait_for(2, timeout=0.01)


def test_commands_out_of_order_are_refused() -> None:
    with Mailbox() as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        client.ehlo()
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("RCPT TO:<a@example.org>")[0] == 503
        assert client.docmd("MAIL FROM:nobody")[0] == 501
        assert client.docmd("MAIL FROM:<>")[0] == 250
        assert client.docmd("MAIL FROM:<b@example.org>")[0] == 503
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("VRFY a")[0] == 502


def test_stopping_ends_an_open_connection() -> None:
    mailbox = Mailbox().start()
    with socket.create_connection(("127.0.0.1", mailbox.port), timeout=5) as client:
        assert client.recv(100).startswith(b"220")
        mailbox.stop()
        assert client.recv(100) == b""


def test_a_text_without_its_end_is_not_kept() -> None:
    with Mailbox() as mailbox:
        with socket.create_connection(("127.0.0.1", mailbox.port), timeout=5) as client:
            client.sendall(b"EHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n")
            client.sendall(b"DATA\r\nSubject: half\r\n\r\nHalf a")
        mailbox.stop()
    assert mailbox.messages == ()


def test_the_same_port_can_be_taken_again() -> None:
    with Mailbox() as first:
        send(first, mail())
    with Mailbox(port=first.port) as second:
        send(second, mail())
    assert len(second.messages) == 1
