//! People to try the portal out with. Loaded only when asked for (`backend demo`); their data is in `demo.json`,
//! which says that it is sample data.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::Secret;
use openapi::accounts::CONSENT_VERSION;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::employ::{NewOfficer, employ};
use crate::accounts::officers::authenticator;
use crate::app::App;
use crate::db::schema::{accounts, consents};

const DATA: &str = include_str!("../demo.json");
/// Seconds an authenticator code is shown.
const STEP: u64 = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    note: String,
    citizens: Vec<Citizen>,
    officers: Vec<NewOfficer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Citizen {
    email: String,
    phone: String,
    family_name: String,
    given_name: String,
    patronymic: Option<String>,
    language: String,
    password: Secret,
}

/// Loads the demo people; how they sign in, as one JSON object. Whoever is there already keeps
/// everything but a password and secret that no longer fit (other key files).
///
/// # Errors
/// The database's.
pub async fn load(app: &App) -> anyhow::Result<Value> {
    let demo: Demo = serde_json::from_str(DATA)?;
    for citizen in &demo.citizens {
        load_citizen(app, citizen).await?;
    }
    for officer in &demo.officers {
        employ(app, officer).await?;
    }
    Ok(description(&demo))
}

/// The authenticator code of a sample officer at this moment, and the seconds it is good for.
///
/// # Errors
/// When there is no such sample officer.
pub fn code(login: &str) -> anyhow::Result<String> {
    let demo: Demo = serde_json::from_str(DATA)?;
    let officer = demo.officers.iter().find(|officer| officer.login == login);
    let officer = officer.ok_or_else(|| {
        let known: Vec<&str> = demo.officers.iter().map(|officer| officer.login.as_str()).collect();
        anyhow::anyhow!("{login} is no sample officer; there are: {}", known.join(", "))
    })?;
    let now = jsonwebtoken::get_current_timestamp();
    let authenticator = authenticator(officer.totp_secret.expose())?;
    Ok(format!("{}   ({} s)", authenticator.generate(now), STEP - now % STEP))
}

async fn load_citizen(app: &App, citizen: &Citizen) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let kept: Option<(Uuid, String)> = accounts::table
        .filter(accounts::email.eq(&citizen.email))
        .select((accounts::id, accounts::password_hash))
        .first(&mut conn)
        .await
        .optional()?;
    if let Some((id, kept)) = kept {
        if !app.passwords.verify(&citizen.password, Some(&kept)).await? {
            let hash = app.passwords.hash(&citizen.password).await?;
            diesel::update(accounts::table.find(id))
                .set(accounts::password_hash.eq(hash))
                .execute(&mut conn)
                .await?;
        }
        return Ok(());
    }
    let hash = app.passwords.hash(&citizen.password).await?;
    let id = Uuid::now_v7();
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::email.eq(&citizen.email),
            accounts::phone.eq(&citizen.phone),
            accounts::family_name.eq(&citizen.family_name),
            accounts::given_name.eq(&citizen.given_name),
            accounts::patronymic.eq(&citizen.patronymic),
            accounts::language.eq(&citizen.language),
            accounts::password_hash.eq(hash),
            accounts::phone_confirmed_at.eq(diesel::dsl::now),
        ))
        .execute(&mut conn)
        .await?;
    diesel::insert_into(consents::table)
        .values((
            consents::id.eq(Uuid::now_v7()),
            consents::account_id.eq(id),
            consents::document.eq("personal_data"),
            consents::version.eq(CONSENT_VERSION),
            consents::method.eq("demo"),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

fn description(demo: &Demo) -> Value {
    let citizens = demo.citizens.iter().map(|citizen| {
        json!({
            "login": citizen.email,
            "password": citizen.password,
            "phone": citizen.phone,
            "name": format!("{} {}", citizen.given_name, citizen.family_name),
        })
    });
    let officers = demo.officers.iter().map(|officer| {
        json!({
            "login": officer.login,
            "password": officer.password,
            "totp_secret": officer.totp_secret,
            "name": officer.name,
        })
    });
    json!({
        "citizens": citizens.collect::<Vec<_>>(),
        "officers": officers.collect::<Vec<_>>(),
        "note": demo.note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{normal_email, passwords, phones};

    #[test]
    fn sample_officers_have_codes_and_nobody_else() {
        let code = code("officer").unwrap();
        assert!(code.get(..6).unwrap().bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        assert!(super::code("somebody").unwrap_err().to_string().contains("officer2"));
    }

    #[test]
    fn demo_people_could_have_signed_up_themselves() {
        let demo: Demo = serde_json::from_str(DATA).unwrap();
        assert!(!demo.citizens.is_empty() && !demo.officers.is_empty());
        for citizen in &demo.citizens {
            assert_eq!(normal_email(&citizen.email).as_ref(), Some(&citizen.email));
            assert_eq!(phones::normal_phone(&citizen.phone).as_ref(), Ok(&citizen.phone));
            let own = [&citizen.email, &citizen.family_name, &citizen.given_name].map(String::as_str);
            assert_eq!(passwords::findings("/password", citizen.password.expose(), &own), []);
        }
        for officer in &demo.officers {
            assert_eq!(passwords::findings("/password", officer.password.expose(), &[&officer.name]), []);
            authenticator(officer.totp_secret.expose()).unwrap();
        }
    }
}
