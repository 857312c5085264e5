use serde_json::{Value, json};

use crate::shop::Shop;

const SEND: &[(&str, &str)] = &[
    ("login", "prichal"),
    ("psw", "sandbox"),
    ("phones", "+79990000001"),
    ("mes", "Код 123456"),
    ("charset", "utf-8"),
    ("fmt", "3"),
];

/// A request like `SEND`, with some parameters set or (empty) left out.
async fn ask(shop: &Shop, script: &str, changes: &[(&str, &str)]) -> anyhow::Result<Value> {
    let mut form: Vec<(&str, &str)> =
        SEND.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)).copied().collect();
    form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let mut url = reqwest::Url::parse(&shop.sandbox.url(&format!("/smsc/sys/{script}.php")))?;
    url.query_pairs_mut().extend_pairs(&form);
    let body = url.query().unwrap_or_default().to_owned();
    let by_get: Value = if script == "send" {
        url.set_query(None);
        let request =
            shop.http.post(url).header("Content-Type", "application/x-www-form-urlencoded").body(body);
        request.send().await?.error_for_status()?.json().await?
    } else {
        shop.http.get(url).send().await?.error_for_status()?.json().await?
    };
    Ok(by_get)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_is_sent_once_per_id_and_its_status_can_be_asked() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let first = ask(&shop, "send", &[("id", "7")]).await?;
    assert_eq!(first, json!({"id": 7, "cnt": 1, "cost": "1.40", "balance": "999998.60"}));
    assert_eq!(ask(&shop, "send", &[("id", "7")]).await?, first);
    assert_eq!(ask(&shop, "send", &[("id", "7"), ("mes", "другое")]).await?["error_code"], 1);

    let url = shop.sandbox.url("/inbox/sms?to=%2B7%20999%20000-00-01&wait_ms=1000");
    let sent: Vec<Value> = shop.http.get(url).send().await?.json().await?;
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["text"], &sent[0]["codes"]), (&json!("Код 123456"), &json!(["123456"])));
    let status = ask(&shop, "status", &[("phone", "79990000001"), ("id", "7")]).await?;
    assert_eq!((&status["status"], &status["err"]), (&json!(1), &json!(0)));
    let unknown = ask(&shop, "status", &[("phone", "79990000001"), ("id", "8")]).await?;
    assert_eq!(unknown["status"], -3);
    assert_eq!(ask(&shop, "balance", &[]).await?, json!({"balance": "999998.60"}));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_providers_numbers_and_status_200() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let long = "1".repeat(11);
    for (changes, code) in [
        (&[("psw", "wrong")][..], 2),
        (&[("apikey", "wrong")], 2),
        (&[("mes", "")], 1),
        (&[("phones", "")], 1),
        (&[("charset", "")], 1),
        (&[("id", "0")], 1),
        (&[("id", long.as_str())], 1),
        (&[("phones", "12345")], 7),
        (&[("phones", "79990000001,call me")], 7),
        (&[("phones", "79990000008")], 8),
        (&[("sender", "FORBIDDEN")], 6),
    ] {
        assert_eq!(ask(&shop, "send", changes).await?["error_code"], code, "{changes:?}");
    }
    assert_eq!(shop.sandbox.state.sms_to("").len(), 0);
    assert!(
        ask(&shop, "send", &[("login", ""), ("psw", ""), ("apikey", "sandbox-sms-key")]).await?["id"]
            .is_u64()
    );
    assert_eq!(ask(&shop, "send", &[]).await?["error_code"], 9, "the same text within a minute");
    assert_eq!(ask(&shop, "send", &[("mes", "Код 654321")]).await?["cnt"], 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_fmt_3_the_providers_text_form_is_answered() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let text = |query: &str| shop.http.get(shop.sandbox.url(&format!("/smsc/sys/send.php?{query}"))).send();
    let sent = text("login=prichal&psw=sandbox&phones=79990000001&mes=hello&charset=utf-8&id=5")
        .await?
        .text()
        .await?;
    assert_eq!(sent, "OK - 1 SMS, ID - 5");
    assert!(text("login=x&psw=y").await?.text().await?.starts_with("ERROR = 2 ("));
    Ok(())
}
