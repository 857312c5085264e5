use sandbox::{Config, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Shop, id_of, order};

#[tokio::test(flavor = "multi_thread")]
async fn drop_after_does_the_work_and_the_same_key_finds_it() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let fault = json!({"target": "bank", "kind": "drop_after", "times": 1, "method": "POST"});
    assert_eq!(shop.control("/faults", &fault).await?.status().as_u16(), 201);
    shop.get("/me").await?.error_for_status()?;
    assert!(shop.post("/payments", "key-1", &order()).await.is_err(), "no answer");
    let done = shop.sandbox.state.payments();
    assert_eq!(done.len(), 1);
    assert_eq!(shop.pay_order("key-1").await?["id"], done[0]["id"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_ends_without_a_byte() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for kind in ["drop_before", "drop_after", "down"] {
        shop.control("/faults", &json!({"target": "sms", "kind": kind, "times": 1}))
            .await?
            .error_for_status()?;
        let mut stream = TcpStream::connect(shop.sandbox.http_addr).await?;
        stream.write_all(b"GET /smsc/sys/balance.php?fmt=3 HTTP/1.1\r\nHost: x\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        assert_eq!(answer, b"", "{kind}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_before_and_after_the_work_differ_in_what_is_left() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for (kind, status, left) in [("error500", 503, 0), ("error500_after", 500, 1)] {
        let fault = json!({"target": "bank", "kind": kind, "times": 1, "status": status});
        shop.control("/faults", &fault).await?.error_for_status()?;
        assert_eq!(shop.post("/payments", "key-1", &order()).await?.status().as_u16(), status);
        assert_eq!(shop.sandbox.state.payments().len(), left);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_amount_is_only_in_the_telling() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let id = id_of(&shop.pay_order("key-1").await?)?;
    shop.control("/faults", &json!({"target": "bank", "kind": "wrong_amount", "times": 1}))
        .await?
        .error_for_status()?;
    for amount in ["1601.00", "1600.00"] {
        let read: Value = shop.get(&format!("/payments/{id}")).await?.json().await?;
        assert_eq!(read["amount"]["value"], amount);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_happen_is_refused_and_faults_are_listed_and_cleared() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for fault in [
        json!({"target": "sms", "kind": "wrong_amount"}),
        json!({"target": "webhook", "kind": "down"}),
        json!({"target": "bank", "kind": "error500", "status": 200}),
        json!({"target": "bank", "kind": "delay", "times": 0}),
        json!({"target": "moon", "kind": "delay"}),
        json!({"target": "bank", "kind": "delay", "milliseconds": 5}),
    ] {
        assert_eq!(shop.control("/faults", &fault).await?.status().as_u16(), 400, "{fault}");
    }
    shop.control("/faults", &json!({"target": "passports", "kind": "down"})).await?.error_for_status()?;
    assert_eq!(shop.sandbox.state.faults().len(), 1);
    shop.http.delete(shop.sandbox.url("/control/faults")).send().await?.error_for_status()?;
    assert_eq!(shop.sandbox.state.faults().len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_strangers_and_close_their_ports() -> anyhow::Result<()> {
    let (one, other) = (Shop::open().await?, Shop::open().await?);
    one.pay_order("key-1").await?;
    assert_eq!((one.sandbox.state.payments().len(), other.sandbox.state.payments().len()), (1, 0));
    let health: Value = other.http.get(other.sandbox.url("/health")).send().await?.json().await?;
    assert_eq!(health, json!({"status": "ok"}));
    let (http, smtp) = (other.sandbox.http_addr, other.sandbox.smtp_addr);
    other.sandbox.stop().await;
    assert!(TcpStream::connect(http).await.is_err() && TcpStream::connect(smtp).await.is_err());
    let taken = Config { listen: one.sandbox.http_addr, ..Config::default() };
    assert!(Sandbox::start(taken).await.is_err(), "a port in use is an error, not a hang");
    Ok(())
}
