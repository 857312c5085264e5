use lettre::message::{Attachment, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sandbox::{Fault, Kind, Target};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::Shop;

fn postman(shop: &Shop) -> AsyncSmtpTransport<Tokio1Executor> {
    let address = shop.sandbox.smtp_addr;
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .build()
}

fn letter(message_id: &str) -> anyhow::Result<Message> {
    let text =
        "Здравствуйте!\n.точка в начале строки\nПодтвердите адрес: http://portal.test/confirm?token=abc.\n";
    let html =
        "<p>Здравствуйте! <a href=\"http://portal.test/confirm?token=abc&amp;lang=ru\">Подтвердить</a></p>";
    let bodies = MultiPart::alternative_plain_html(text.to_owned(), html.to_owned());
    let receipt =
        Attachment::new("Квитанция.pdf".into()).body(b"%PDF-1.7".to_vec(), "application/pdf".parse()?);
    Ok(Message::builder()
        .from("Причал <no-reply@portal.test>".parse()?)
        .to("Иван Образцов <Ivan@Example.test>".parse()?)
        .subject("Подтверждение адреса электронной почты и ещё несколько слов, чтобы строка стала длинной")
        .message_id(Some(message_id.to_owned()))
        .multipart(MultiPart::mixed().multipart(bodies).singlepart(receipt))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cyrillic_multipart_mail_is_read_as_a_person_would() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    postman(&shop).send(letter("<1@portal.test>")?).await?;
    let url = shop.sandbox.url("/inbox/mails?to=ivan@example.test&wait_ms=5000");
    let mails: Vec<Value> = shop.http.get(url).send().await?.json().await?;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        mail["subject"],
        "Подтверждение адреса электронной почты и ещё несколько слов, чтобы строка стала длинной"
    );
    assert_eq!((&mail["from"], &mail["to"]), (&json!("no-reply@portal.test"), &json!(["Ivan@Example.test"])));
    assert_eq!(mail["message_id"], "1@portal.test");
    let text = mail["text"].as_str().unwrap_or_default();
    assert!(text.contains("\n.точка в начале строки") && text.starts_with("Здравствуйте!"), "{text}");
    assert!(mail["html"].as_str().is_some_and(|html| html.contains("Подтвердить</a>")));
    assert_eq!(
        mail["links"],
        json!(["http://portal.test/confirm?token=abc", "http://portal.test/confirm?token=abc&lang=ru"])
    );
    assert_eq!(
        mail["attachments"],
        json!([{"name": "Квитанция.pdf", "content_type": "application/pdf", "size": 8}])
    );

    let nobody: Vec<Value> =
        shop.http.get(shop.sandbox.url("/inbox/mails?to=other@example.test")).send().await?.json().await?;
    assert_eq!(nobody.len(), 0);
    let page = shop.http.get(shop.sandbox.url("/")).send().await?.text().await?;
    assert!(page.contains("<a href=\"http:&#x2f;&#x2f;portal.test&#x2f;confirm?token=abc\">"), "{page}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_mails_with_one_message_id_are_both_kept_until_cleared() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let postman = postman(&shop);
    postman.send(letter("<same@portal.test>")?).await?;
    postman.send(letter("<same@portal.test>")?).await?;
    assert_eq!(shop.sandbox.state.mails_to("ivan@example.test").len(), 2);
    shop.http.delete(shop.sandbox.url("/inbox")).send().await?.error_for_status()?;
    assert_eq!(shop.sandbox.state.mails_to("").len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_mail_is_woken_by_it() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let url = shop.sandbox.url("/inbox/mails?to=ivan@example.test&wait_ms=30000&min=2");
    let waiting = tokio::spawn(shop.http.get(url).send());
    postman(&shop).send(letter("<1@portal.test>")?).await?;
    postman(&shop).send(letter("<2@portal.test>")?).await?;
    let mails: Vec<Value> = waiting.await??.json().await?;
    let ids: Vec<&str> = mails.iter().filter_map(|mail| mail["message_id"].as_str()).collect();
    assert_eq!(ids, ["1@portal.test", "2@portal.test"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_fails_as_it_is_told() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for (kind, kept) in [(Kind::Down, 0), (Kind::Error500, 0), (Kind::DropBefore, 0), (Kind::DropAfter, 1)] {
        shop.sandbox.state.add_fault(Fault::new(Target::Smtp, kind).times(1));
        assert!(postman(&shop).send(letter("<1@portal.test>")?).await.is_err(), "{kind:?}");
        assert_eq!(shop.sandbox.state.mails_to("").len(), kept, "{kind:?}");
        assert_eq!(shop.sandbox.state.faults().len(), 0, "{kind:?}");
    }
    postman(&shop).send(letter("<1@portal.test>")?).await?;
    assert_eq!(shop.sandbox.state.mails_to("").len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_may_come_in_one_packet_and_out_of_turn() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let mut stream = TcpStream::connect(shop.sandbox.smtp_addr).await?;
    let script = "HELO x\r\nDATA\r\nRCPT TO:<a@example.test>\r\nSTARTTLS\r\nMAIL FROM:<> SIZE=99999999\r\n\
                  MAIL FROM:<x@example.test>\r\nRSET\r\nMAIL FROM:<y@example.test>\r\nRCPT TO:<a@example.test>\r\n\
                  RCPT TO:<b@example.test>\r\nDATA\r\nSubject: short\r\n\r\n..\r\nend\r\n.\r\nNOOP\r\nQUIT\r\n";
    stream.write_all(script.as_bytes()).await?;
    let mut replies = String::new();
    stream.read_to_string(&mut replies).await?;
    let codes: Vec<&str> = replies.lines().filter_map(|line| line.get(..3)).collect();
    assert_eq!(
        codes,
        [
            "220", "250", "503", "503", "502", "552", "250", "250", "250", "250", "250", "354", "250", "250",
            "221"
        ]
    );
    let mails = shop.sandbox.state.mails_to("b@example.test");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].envelope_from, "y@example.test");
    assert_eq!(&*mails[0].raw, b"Subject: short\r\n\r\n.\r\nend\r\n");
    Ok(())
}
