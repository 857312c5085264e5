//! Whether the bundles keep to their budgets (`xtask/budgets.toml`).

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::progress::{say, size};
use crate::web::{BUNDLES, Manifest, Mode};
use crate::workspace::Workspace;

const KB: u64 = 1024;

/// Roles of the WASM that is fetched when it is needed.
const PIECE: &str = "piece:";

/// What a browser fetches before the first page is there, besides one language; roles ending in `:` are prefixes.
const FIRST_LOAD: [&str; 5] = ["index.html", "css", "glue", "wasm", "font-first:"];

/// Limits of one bundle, in KB over the wire.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    /// What the first page needs.
    wasm: u64,
    /// Each piece that is fetched later, by name.
    #[serde(default)]
    pieces: BTreeMap<String, u64>,
    /// The first part and all pieces.
    wasm_total: u64,
    glue: u64,
    css: u64,
    /// Of the first view.
    fonts: u64,
    /// Of the biggest language.
    locale: u64,
    first_load: u64,
    /// Number of files in the first load.
    requests: u64,
}

/// Prints what every part weighs beside its budget; fails with the list of those that are too heavy.
pub fn check(workspace: &Workspace) -> Result<()> {
    let file = workspace.path("xtask/budgets.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let budgets: BTreeMap<String, Budget> = toml::from_str(&text).context("xtask/budgets.toml")?;
    let mut over = Vec::new();
    for bundle in &BUNDLES {
        let budget = budgets.get(bundle.name).with_context(|| format!("no budget for `{}`", bundle.name))?;
        let manifest =
            Manifest::read(workspace, Mode::Release, bundle.name).context("run `cargo xtask web` first")?;
        let sizes: Vec<_> = manifest.sizes()?.into_iter().map(|(role, _, wire)| (role, wire)).collect();
        over.extend(judge(bundle.name, budget, &sizes));
    }
    ensure!(over.is_empty(), "over budget:\n  {}", over.join("\n  "));
    Ok(())
}

fn judge(bundle: &str, budget: &Budget, sizes: &[(&str, u64)]) -> Vec<String> {
    let of = |wanted: &str| -> Vec<u64> {
        let fits = |role: &str| role == wanted || (wanted.ends_with([':', '-']) && role.starts_with(wanted));
        sizes.iter().filter(|(role, _)| fits(role)).map(|(_, wire)| *wire).collect()
    };
    let sum = |wanted: &str| -> u64 { of(wanted).iter().sum() };
    let locale = of("locale-").into_iter().max();
    let first: Vec<u64> = FIRST_LOAD.iter().flat_map(|role| of(role)).chain(locale).collect();
    let requests = u64::try_from(first.len()).unwrap_or(u64::MAX);

    let mut lines = vec![("wasm".to_owned(), sum("wasm"), budget.wasm)];
    let pieces = sizes.iter().filter_map(|(role, wire)| Some((role.strip_prefix(PIECE)?, *wire)));
    lines.extend(pieces.map(|(piece, wire)| {
        // A piece that nobody has thought of a limit for is over it.
        let limit = budget.pieces.get(piece).copied().unwrap_or_default();
        (format!("+ {piece}"), wire, limit)
    }));
    lines.extend(
        [
            ("wasm, all", sum("wasm") + sum(PIECE), budget.wasm_total),
            ("glue", sum("glue"), budget.glue),
            ("css", sum("css"), budget.css),
            ("fonts", sum("font-first:"), budget.fonts),
            ("locale", locale.unwrap_or_default(), budget.locale),
            ("first load", first.iter().sum(), budget.first_load),
        ]
        .map(|(what, bytes, limit)| (what.to_owned(), bytes, limit)),
    );
    let mut over = Vec::new();
    for (what, bytes, limit) in lines {
        say(&format!("{bundle:<7} {what:<11} {:>10} of {limit} KB", size(bytes)));
        if bytes > limit * KB {
            over.push(format!("{bundle}: {what} is {}, at most {limit} KB", size(bytes)));
        }
    }
    say(&format!("{bundle:<7} {:<11} {requests:>7}    of {}", "requests", budget.requests));
    if requests > budget.requests {
        over.push(format!("{bundle}: {requests} requests, at most {}", budget.requests));
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        let pieces = BTreeMap::from([("inside".to_owned(), 100)]);
        Budget {
            wasm: 300,
            pieces,
            wasm_total: 400,
            glue: 15,
            css: 20,
            fonts: 40,
            locale: 25,
            first_load: 330,
            requests: 4,
        }
    }

    #[test]
    fn counts_one_language_and_what_the_first_view_needs() {
        let sizes = [
            ("wasm", 300 * KB),
            ("piece:inside", 100 * KB),
            ("locale-en", 10 * KB),
            ("locale-ru", 20 * KB),
            ("font-first:cyr", 10 * KB),
            ("font:arabic", 900 * KB),
        ];
        assert_eq!(judge("portal", &budget(), &sizes), Vec::<String>::new());
    }

    #[test]
    fn names_what_is_over() {
        let sizes = [
            ("wasm", 300 * KB + 1),
            ("piece:inside", 100 * KB + 1),
            ("piece:other", 1),
            ("css", 21 * KB),
            ("font-first:a", 1),
            ("font-first:b", 1),
            ("font-first:c", 1),
        ];
        let over = judge("portal", &budget(), &sizes);
        assert_eq!(
            over,
            [
                "portal: wasm is 300.0 KB, at most 300 KB",
                "portal: + inside is 100.0 KB, at most 100 KB",
                "portal: + other is 0.0 KB, at most 0 KB",
                "portal: wasm, all is 400.0 KB, at most 400 KB",
                "portal: css is 21.0 KB, at most 20 KB",
                "portal: 5 requests, at most 4",
            ]
        );
    }
}
