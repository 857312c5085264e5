use serde_json::{Value, json};

use crate::shop::Shop;

async fn entries(shop: &Shop, query: &str) -> anyhow::Result<(u16, Value)> {
    let url = shop.sandbox.url(&format!("/registries/migration/v1/entries?{query}"));
    let answer = shop.http.get(url).bearer_auth("sandbox-registry-key").send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

async fn check(shop: &Shop, body: &Value) -> anyhow::Result<(u16, Value)> {
    let url = shop.sandbox.url("/registries/passports/v1/check");
    let answer = shop.http.post(url).bearer_auth("sandbox-registry-key").json(body).send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn any_well_formed_document_has_entered_unless_its_ending_says_otherwise() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let asked = |number: &str| format!("document_country=UZB&document_number={number}&birth_date=1990-01-31");
    let (_, found) = entries(&shop, &format!("{}&entry_date=2026-11-18", asked("FA1234567"))).await?;
    assert_eq!(found["result"], "found");
    assert_eq!(
        found["document"],
        json!({"country": "UZB", "number": "FA1234567", "birth_date": "1990-01-31"})
    );
    assert_eq!(
        (&found["entries"][0]["direction"], &found["entries"][0]["crossed_on"]),
        (&json!("entry"), &json!("2026-11-18"))
    );
    assert_eq!(found["stays"], json!([{"from": "2026-11-18", "until": "2027-02-15", "basis": "visa_free"}]));
    for (number, result) in [("FA1234500", "not_found"), ("FA1234599", "birth_date_mismatch")] {
        let (status, answer) = entries(&shop, &asked(number)).await?;
        assert_eq!((status, answer["result"].as_str(), &answer["entries"]), (200, Some(result), &json!([])));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_people_are_known_with_their_birth_date() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let asked = |born: &str| format!("document_country=TJK&document_number=400000003&birth_date={born}");
    let (_, known) = entries(&shop, &asked("2001-12-01")).await?;
    assert_eq!(known["entries"][0]["direction"], "exit", "newest first");
    assert_eq!(entries(&shop, &asked("2001-12-02")).await?.1["result"], "birth_date_mismatch");
    let passport = json!({"document_type": "foreign_passport", "country": "TJK", "number": "400000003"});
    assert_eq!(check(&shop, &passport).await?.1["result"], "expired");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn passports_are_checked_by_their_ending() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    for (number, result, dated) in [
        ("FA1234567", "valid", true),
        ("FA1234513", "lost", false),
        ("FA1234577", "invalid", false),
        ("FA1234566", "expired", true),
        ("FA1234500", "not_found", false),
        ("FA1234599", "birth_date_mismatch", false),
    ] {
        let body = json!({"document_type": "foreign_passport", "country": "UZB", "number": number, "birth_date": "1990-01-31"});
        let (status, answer) = check(&shop, &body).await?;
        assert_eq!(
            (status, answer["result"].as_str(), answer["valid_until"].is_string()),
            (200, Some(result), dated)
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_malformed_questions_are_refused() -> anyhow::Result<()> {
    let shop = Shop::open().await?;
    let url = shop.sandbox.url("/registries/migration/v1/entries?document_country=UZB");
    assert_eq!(shop.http.get(&url).send().await?.status().as_u16(), 401);
    for (query, parameter) in [
        ("document_country=uzb&document_number=FA1234567&birth_date=1990-01-31", "document_country"),
        ("document_country=UZB&document_number=FA&birth_date=1990-01-31", "document_number"),
        ("document_country=UZB&document_number=FA1234567", "birth_date"),
        ("document_country=UZB&document_number=FA1234567&birth_date=31.01.1990", "birth_date"),
    ] {
        let refused = json!({"error": {"code": "invalid_parameter", "parameter": parameter}});
        assert_eq!(entries(&shop, query).await?, (400, refused), "{query}");
    }
    assert_eq!(check(&shop, &json!({"document_type": "library_card"})).await?.0, 400);
    Ok(())
}
