use reqwest::StatusCode;
use reqwest::header::{ACCEPT_LANGUAGE, LOCATION};
use serde_json::{Value, json};

use crate::shop::{Shop, id_of, order};

async fn pay(shop: &Shop, url: &str, form: &str) -> reqwest::Result<reqwest::Response> {
    let request = shop.http.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    request.body(form.to_owned()).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_listed_card_has_its_fate_and_the_payer_always_returns() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for (number, status, reason) in [
        ("5555 5555 5555 4477", "succeeded", None),
        ("4111111111111111", "succeeded", None),
        ("5555555555554600", "canceled", Some("insufficient_funds")),
        ("5555555555554543", "canceled", Some("card_expired")),
        ("5555555555554592", "canceled", Some("3d_secure_failed")),
        ("5555555555554527", "canceled", Some("general_decline")),
        ("5555555555554568", "canceled", Some("fraud_suspected")),
        ("5555555555554626", "canceled", Some("invalid_csc")),
    ] {
        let id = id_of(&shop.pay_order(number).await?)?;
        let url = shop.sandbox.url(&format!("/bank/pay/{id}"));
        let answer = pay(
            &shop,
            &url,
            &format!("method=card&number={}&expiry=12%2F30&cvc=123", number.replace(' ', "+")),
        )
        .await?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(
            answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()),
            Some("http://portal.test/back?x=1")
        );
        let payment: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
        assert_eq!(
            (payment["status"].as_str(), payment["cancellation_details"]["reason"].as_str()),
            (Some(status), reason)
        );

        let second = pay(&shop, &url, "method=card&number=4111111111111111&expiry=12%2F30&cvc=123").await?;
        assert_eq!(second.status(), StatusCode::OK, "a second click changes nothing");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typing_error_shows_the_page_again_and_keeps_the_payment_open() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let id = id_of(&shop.pay_order("key-1").await?)?;
    let url = shop.sandbox.url(&format!("/bank/pay/{id}"));
    let answer = pay(&shop, &url, "method=card&number=%22%3E%3Cscript%3E&expiry=13%2F30&cvc=1").await?;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await?;
    assert!(html.contains("В номере карты от 13 до 19 цифр") && html.contains("aria-invalid"), "{html}");
    assert!(!html.contains("<script>"), "what was typed is escaped: {html}");
    let payment: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
    assert_eq!(payment["status"], "pending");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_both_languages_and_lists_the_cards() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let id = id_of(&shop.pay_order("key-1").await?)?;
    let url = shop.sandbox.url(&format!("/bank/pay/{id}"));
    let russian = shop.http.get(&url).send().await?.text().await?;
    assert!(
        russian.contains("lang=\"ru\"") && russian.contains("Номер карты") && russian.contains("1600,00"),
        "{russian}"
    );
    let english = shop.http.get(&url).header(ACCEPT_LANGUAGE, "en-GB,en;q=0.9").send().await?.text().await?;
    assert!(english.contains("lang=\"en\"") && english.contains("Card number"), "{english}");
    assert!(english.contains("5555555555554600") && english.contains("insufficient_funds"));
    assert_eq!(
        shop.http.get(shop.sandbox.url("/bank/pay/none")).send().await?.status(),
        StatusCode::NOT_FOUND
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sbp_offers_a_qr_and_is_confirmed_or_declined() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let mut by_sbp = order();
    by_sbp["payment_method_data"] = json!({"type": "sbp"});
    for (decision, status) in [("confirm", "succeeded"), ("decline", "canceled")] {
        let id = id_of(&shop.post("/payments", decision, &by_sbp).await?.json().await?)?;
        let url = shop.sandbox.url(&format!("/bank/pay/{id}"));
        let html = shop.http.get(&url).send().await?.text().await?;
        assert!(
            html.contains("qr.nspk.ru") && html.contains("sum=160000") && !html.contains("cc-number"),
            "{html}"
        );
        let svg = shop.http.get(format!("{url}/qr.svg")).send().await?.error_for_status()?.text().await?;
        assert!(svg.starts_with("<svg"));
        let card = pay(&shop, &url, "method=card&number=4111111111111111&expiry=12%2F30&cvc=123").await?;
        assert_eq!(card.status(), StatusCode::UNPROCESSABLE_ENTITY, "the merchant asked for SBP");
        assert_eq!(
            pay(&shop, &url, &format!("method=sbp&decision={decision}")).await?.status(),
            StatusCode::SEE_OTHER
        );
        let payment: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
        assert_eq!(
            (payment["status"].as_str(), payment["payment_method"]["type"].as_str()),
            (Some(status), Some("sbp"))
        );
    }
    Ok(())
}
