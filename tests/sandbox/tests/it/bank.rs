use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Shop, id_of, order};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_key_gets_the_first_answer_and_another_body_is_refused() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let first = shop.post("/payments", "key-1", &order()).await?.text().await?;
    let id = id_of(&serde_json::from_str(&first)?)?;
    shop.control(&format!("/payments/{id}/succeed"), &json!({})).await?.error_for_status()?;
    assert_eq!(shop.post("/payments", "key-1", &order()).await?.text().await?, first);
    assert_eq!(shop.sandbox.state.payments().len(), 1);

    let mut other = order();
    other["amount"]["value"] = json!("1700.00");
    let refused = shop.post("/payments", "key-1", &other).await?;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let error: Value = refused.json().await?;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("invalid_request")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_parallel_requests_with_one_key_make_one_payment() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let answers = futures_util::future::try_join_all((0..40).map(|_| shop.pay_order("key-1"))).await?;
    assert!(answers.windows(2).all(|pair| pair.first() == pair.last()));
    assert_eq!(shop.sandbox.state.payments().len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_told_as_the_provider_tells_it() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let payment = shop.pay_order("key-1").await?;
    let id = id_of(&payment)?;
    assert_eq!(payment["status"], "pending");
    assert_eq!(payment["amount"], json!({"value": "1600.00", "currency": "RUB"}));
    assert_eq!(payment["metadata"], json!({"payment": "42"}));
    assert_eq!(payment["confirmation"]["confirmation_url"], shop.sandbox.url(&format!("/bank/pay/{id}")));
    assert!(payment.get("cancellation_details").is_none());

    shop.control(&format!("/payments/{id}/succeed"), &json!({})).await?.error_for_status()?;
    let paid: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
    assert_eq!((&paid["status"], &paid["paid"]), (&json!("succeeded"), &json!(true)));
    assert_eq!(paid["income_amount"]["value"], "1544.00");
    assert_eq!(paid["payment_method"]["card"]["last4"], "4477");
    assert!(paid.get("confirmation").is_none());

    let again = shop.control(&format!("/payments/{id}/cancel"), &json!({})).await?;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST, "a finished payment stays as it is");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn held_money_is_captured_or_released() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let mut held = order();
    held["capture"] = json!(false);
    let mut ids = Vec::new();
    for key in ["a", "b"] {
        let id = id_of(&shop.post("/payments", key, &held).await?.json().await?)?;
        let early =
            shop.post(&format!("/payments/{id}/capture"), &format!("{key}-early"), &json!({})).await?;
        assert_eq!(early.status(), StatusCode::BAD_REQUEST);
        let paid: Value = shop.control(&format!("/payments/{id}/succeed"), &json!({})).await?.json().await?;
        assert_eq!(paid["status"], "waiting_for_capture");
        ids.push(id);
    }
    let part = json!({"amount": {"value": "1000.00", "currency": "RUB"}});
    let captured: Value =
        shop.post(&format!("/payments/{}/capture", ids[0]), "c", &part).await?.json().await?;
    assert_eq!((&captured["status"], &captured["amount"]["value"]), (&json!("succeeded"), &json!("1000.00")));
    let released: Value =
        shop.post(&format!("/payments/{}/cancel", ids[1]), "d", &json!({})).await?.json().await?;
    assert_eq!(
        released["cancellation_details"],
        json!({"party": "merchant", "reason": "canceled_by_merchant"})
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_never_exceed_the_payment() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let id = id_of(&shop.pay_order("key-1").await?)?;
    let refund = |value: &str| json!({"payment_id": id, "amount": {"value": value, "currency": "RUB"}});
    assert_eq!(
        shop.post("/refunds", "r0", &refund("1.00")).await?.status(),
        StatusCode::BAD_REQUEST,
        "not paid yet"
    );
    shop.control(&format!("/payments/{id}/succeed"), &json!({})).await?.error_for_status()?;

    let made: Value =
        shop.post("/refunds", "r1", &refund("600.00")).await?.error_for_status()?.json().await?;
    assert_eq!(shop.post("/refunds", "r2", &refund("1000.01")).await?.status(), StatusCode::BAD_REQUEST);
    shop.post("/refunds", "r3", &refund("1000.00")).await?.error_for_status()?;
    let read: Value = shop.get(&format!("/refunds/{}", id_of(&made)?)).await?.json().await?;
    assert_eq!(read, made);
    let payment: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
    assert_eq!(
        (&payment["refunded_amount"]["value"], &payment["refundable"]),
        (&json!("1600.00"), &json!(false))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged_newest_first() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(id_of(&shop.pay_order(&format!("key-{number}")).await?)?);
    }
    ids.reverse();
    let mut listed = Vec::new();
    let mut path = "/payments?limit=2&status=pending&created_at.gte=2020-01-01T00:00:00Z".to_owned();
    loop {
        let page: Value = shop.get(&path).await?.error_for_status()?.json().await?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert!(items.len() <= 2);
        listed.extend(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/payments?limit=2&status=pending&cursor={next}");
    }
    assert_eq!(listed, ids);
    let none: Value = shop.get("/payments?status=succeeded").await?.json().await?;
    assert_eq!(none, json!({"type": "list", "items": []}));
    assert_eq!(shop.get("/payments?limit=101").await?.status(), StatusCode::BAD_REQUEST);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_malformed_requests_get_the_providers_errors() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let url = shop.bank("/payments");
    let known = || shop.http.post(&url).basic_auth("100500", Some("test_prichal"));
    for (request, status, code) in [
        (shop.http.get(shop.bank("/me")), 401, "invalid_credentials"),
        (shop.http.get(shop.bank("/me")).basic_auth("100500", Some("wrong")), 401, "invalid_credentials"),
        (known().json(&order()), 400, "invalid_request"),
        (known().header("Idempotence-Key", "x".repeat(65)).json(&order()), 400, "invalid_request"),
        (
            known().header("Idempotence-Key", "k").header("Content-Type", "text/plain").body("{}"),
            415,
            "unsupported_media_type",
        ),
        (
            known().header("Idempotence-Key", "k").header("Content-Type", "application/json").body("{"),
            400,
            "invalid_request",
        ),
        (shop.http.delete(&url).basic_auth("100500", Some("test_prichal")), 405, "method_not_allowed"),
        (
            shop.http.get(shop.bank("/payments/none")).basic_auth("100500", Some("test_prichal")),
            404,
            "not_found",
        ),
        (shop.http.get(shop.bank("/deals")).basic_auth("100500", Some("test_prichal")), 404, "not_found"),
    ] {
        let answer = request.send().await?;
        let got = answer.status().as_u16();
        let body: Value = answer.json().await?;
        assert_eq!((got, body["code"].as_str()), (status, Some(code)), "{body}");
    }
    let me: Value = shop.get("/me").await?.json().await?;
    assert_eq!((&me["account_id"], &me["test"]), (&json!("100500"), &json!(true)));
    Ok(())
}
