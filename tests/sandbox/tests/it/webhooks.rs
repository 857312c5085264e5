use sandbox::{Fault, Kind, Outcome, Target};
use serde_json::{Value, json};

use crate::shop::{Listener, Shop, id_of};

async fn succeed(shop: &Shop, id: &str) -> anyhow::Result<()> {
    shop.control(&format!("/payments/{id}/succeed"), &json!({})).await?.error_for_status()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_and_its_refund_are_told_with_the_whole_object() -> anyhow::Result<()> {
    let (shop, listener) = (Shop::open().await?, Listener::start(&[]).await?);
    shop.sandbox.set_webhook_url(Some(listener.url.clone()));
    let id = id_of(&shop.pay_order("key-1").await?)?;
    succeed(&shop, &id).await?;
    let told = listener.bodies(1).await?;
    assert_eq!((&told[0]["type"], &told[0]["event"]), (&json!("notification"), &json!("payment.succeeded")));
    let read: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
    assert_eq!(told[0]["object"], read);

    let refund = json!({"payment_id": id, "amount": {"value": "1600.00", "currency": "RUB"}});
    let made: Value = shop.post("/refunds", "r1", &refund).await?.error_for_status()?.json().await?;
    let told = listener.bodies(2).await?;
    assert_eq!((&told[1]["event"], &told[1]["object"]), (&json!("refund.succeeded"), &made));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_200_is_repeated() -> anyhow::Result<()> {
    let (shop, listener) = (Shop::open().await?, Listener::start(&[500, 404]).await?);
    shop.sandbox.set_webhook_url(Some(listener.url.clone()));
    let id = id_of(&shop.pay_order("key-1").await?)?;
    shop.control(&format!("/payments/{id}/expire"), &json!({})).await?.error_for_status()?;
    let told = listener.bodies(3).await?;
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(told[0]["event"], "payment.canceled");
    assert_eq!(told[0]["object"]["cancellation_details"]["reason"], "expired_on_confirmation");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_doubled_overtaken_and_lost_on_demand() -> anyhow::Result<()> {
    let (shop, listener) = (Shop::open().await?, Listener::start(&[]).await?);
    shop.sandbox.set_webhook_url(Some(listener.url.clone()));
    let mut ids = Vec::new();
    for key in ["doubled", "overtaken", "overtaking", "lost", "last"] {
        ids.push(id_of(&shop.pay_order(key).await?)?);
    }
    for (id, kind) in [
        (&ids[0], Some(Kind::Duplicate)),
        (&ids[1], Some(Kind::Reorder)),
        (&ids[2], None),
        (&ids[3], Some(Kind::Lose)),
        (&ids[4], None),
    ] {
        if let Some(kind) = kind {
            shop.sandbox
                .state
                .add_fault(Fault::new(Target::Webhook, kind).times(1))
                .ok_or_else(|| anyhow::anyhow!("refused"))?;
        }
        succeed(&shop, id).await?;
        let so_far = match kind {
            Some(Kind::Duplicate) => 2,
            Some(Kind::Reorder) => 2,
            Some(_) => 4,
            None if id == &ids[2] => 4,
            None => 5,
        };
        listener.bodies(so_far).await?;
        while kind == Some(Kind::Reorder) && !shop.sandbox.state.faults().is_empty() {
            tokio::task::yield_now().await;
        }
        while kind == Some(Kind::Lose)
            && !shop.sandbox.state.deliveries().iter().any(|one| one.outcome == Outcome::Lost)
        {
            tokio::task::yield_now().await;
        }
    }
    let told = listener.bodies(5).await?;
    let order: Vec<&str> = told.iter().filter_map(|body| body["object"]["id"].as_str()).collect();
    assert_eq!(order, [&ids[0], &ids[0], &ids[2], &ids[1], &ids[4]]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_webhook_is_delivered_as_it_is() -> anyhow::Result<()> {
    let (shop, listener) = (Shop::open().await?, Listener::start(&[403]).await?);
    let forged = json!({"type": "notification", "event": "payment.succeeded", "object": {"id": "nobody"}});
    assert_eq!(shop.control("/webhooks", &forged).await?.status().as_u16(), 400, "no address yet");
    shop.sandbox.set_webhook_url(Some(listener.url.clone()));
    let answer: Value = shop.control("/webhooks", &forged).await?.json().await?;
    assert_eq!(answer, json!({"status": 403, "body": "ok"}));
    assert_eq!(listener.bodies(1).await?, [forged]);
    Ok(())
}
