//! Access tokens: JWT, EdDSA only, at most five minutes, kept in memory by the client.

use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode, get_current_timestamp,
};
use openapi::{ErrorCode, Secret};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::crypto::Keys;
use crate::error::{Error, Result};

/// `typ` of our tokens (RFC 9068).
const TYPE: &str = "at+jwt";
/// Seconds by which clocks may differ.
const LEEWAY: u64 = 5;
/// Tokens whose signature is remembered: those of the people who are here in five minutes, at some 150 bytes each.
const REMEMBERED: usize = 100_000;

/// Whose house a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Citizen,
    Officer,
}

impl Audience {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Officer => "officer",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: Audience,
    pub sub: Uuid,
    /// The session; its row is read on every write.
    pub sid: Uuid,
    pub iat: u64,
    pub exp: u64,
}

pub struct Tokens {
    issuer: String,
    seconds: u32,
    signing: EncodingKey,
    verifying: DecodingKey,
    /// What tokens that were verified say, by their SHA-256: the signature is a quarter of what reading a list costs, and a
    /// page sends the same token many times.
    verified: Cache<[u8; 32], Claims>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    #[must_use]
    pub fn new(keys: &Keys, issuer: &str, seconds: u32) -> Self {
        let (private, public) = keys.token_pair();
        Self {
            issuer: issuer.to_owned(),
            seconds,
            signing: EncodingKey::from_ed_der(private),
            verifying: DecodingKey::from_ed_der(public),
            verified: Cache::new(REMEMBERED),
        }
    }

    /// Seconds a token lives.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.seconds
    }

    /// A token for a session.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn issue(&self, audience: Audience, subject: Uuid, session: Uuid) -> Result<Secret> {
        let now = get_current_timestamp();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: audience,
            sub: subject,
            sid: session,
            iat: now,
            exp: now + u64::from(self.seconds),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        encode(&header, &claims, &self.signing).map(Secret).map_err(Error::internal)
    }

    /// Who a token speaks for.
    ///
    /// # Errors
    /// `unauthenticated` for whatever is not a living token of ours, `forbidden` for one of the other house.
    pub fn verify(&self, token: &str, audience: Audience) -> Result<Claims> {
        let hash = fingerprint(token);
        let claims = match self.verified.get(&hash) {
            Some(claims) if get_current_timestamp() <= claims.exp + LEEWAY => claims,
            _ => {
                let claims = self.decode(token)?;
                self.verified.insert(hash, claims.clone());
                claims
            }
        };
        if claims.aud != audience {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(claims)
    }

    fn decode(&self, token: &str) -> Result<Claims> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.leeway = LEEWAY;
        rules.validate_nbf = true;
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[Audience::Citizen.as_str(), Audience::Officer.as_str()]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let data = decode::<Claims>(token, &self.verifying, &rules)
            .map_err(|_| Error::new(ErrorCode::Unauthenticated))?;
        if data.header.typ.as_deref() != Some(TYPE) {
            return Err(ErrorCode::Unauthenticated.into());
        }
        Ok(data.claims)
    }
}

fn fingerprint(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        let dir = std::env::temp_dir().join(format!("prichal-keys-{}", Uuid::now_v7()));
        Keys::init(&dir).unwrap();
        let tokens = Tokens::new(&Keys::load(&dir).unwrap(), "prichal", 60);
        std::fs::remove_dir_all(dir).unwrap();
        tokens
    }

    #[test]
    fn a_token_opens_its_own_house_only() {
        let tokens = tokens();
        let (subject, session) = (Uuid::now_v7(), Uuid::now_v7());
        let token = tokens.issue(Audience::Citizen, subject, session).unwrap();
        let claims = tokens.verify(token.expose(), Audience::Citizen).unwrap();
        assert_eq!((claims.sub, claims.sid), (subject, session));
        let refusal = tokens.verify(token.expose(), Audience::Officer).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Forbidden);
    }

    /// Also what is remembered ends, and opens its own house only.
    #[test]
    fn remembered_tokens_live_no_longer() {
        let tokens = tokens();
        let remember = |exp| {
            let claims = Claims {
                iss: String::new(),
                aud: Audience::Citizen,
                sub: Uuid::nil(),
                sid: Uuid::nil(),
                iat: 0,
                exp,
            };
            tokens.verified.insert(fingerprint("remembered"), claims);
        };
        remember(get_current_timestamp() + 60);
        tokens.verify("remembered", Audience::Citizen).unwrap();
        assert_eq!(tokens.verify("remembered", Audience::Officer).unwrap_err().code, ErrorCode::Forbidden);
        remember(get_current_timestamp() - LEEWAY - 1);
        assert_eq!(
            tokens.verify("remembered", Audience::Citizen).unwrap_err().code,
            ErrorCode::Unauthenticated
        );
    }

    #[test]
    fn forged_tokens_open_nothing() {
        let (ours, theirs) = (tokens(), tokens());
        let token = theirs.issue(Audience::Officer, Uuid::now_v7(), Uuid::now_v7()).unwrap();
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.";
        for forged in [token.expose(), none, "", "a.b.c"] {
            assert_eq!(ours.verify(forged, Audience::Officer).unwrap_err().code, ErrorCode::Unauthenticated);
        }
    }
}
