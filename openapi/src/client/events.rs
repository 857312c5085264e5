//! Changes, as a stream or by asking.

use super::read::read;
use super::{Client, Result, refusal};
use crate::events::{Change, Changes, ChangesQuery};

impl Client {
    /// Changes after a number; the fallback where streams do not get through.
    pub async fn list_changes(&self, query: ChangesQuery) -> Result<Changes> {
        self.send(self.request("GET", "/changes", &after(query))).await?.read()
    }

    /// Hears changes as they come, until `on_change` says stop (`false`) or the stream ends. The first call of
    /// `on_change` is `None`: the stream stands.
    pub async fn stream_changes(
        &self,
        query: ChangesQuery,
        on_change: &mut dyn FnMut(Option<Change>) -> bool,
    ) -> Result<()> {
        let request = self.with_common_headers(self.request("GET", "/changes/stream", &after(query)));
        let mut lines = Lines::default();
        let mut go_on = on_change(None);
        let answer = self
            .transport
            .stream(request, &mut |chunk| {
                for change in lines.push(chunk) {
                    go_on = go_on && on_change(Some(change));
                }
                go_on
            })
            .await?;
        if answer.status == 200 { Ok(()) } else { Err(refusal(&answer)) }
    }
}

fn after(query: ChangesQuery) -> Vec<(&'static str, String)> {
    query.after.map(|after| ("after", after.to_string())).into_iter().collect()
}

/// Puts the `data:` lines of server-sent events together again; a piece may end in the middle of a letter.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn push(&mut self, chunk: &[u8]) -> Vec<Change> {
        self.0.extend_from_slice(chunk);
        let mut changes = Vec::new();
        while let Some(end) = self.0.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.0.drain(..=end).collect();
            let Some(data) = line.strip_prefix(b"data:") else { continue };
            if let Ok(change) = read(data) {
                changes.push(change);
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_change_cut_in_two_is_heard_once() {
        let text = b"id: 7\nevent: change\ndata: {\"seq\":7,\"subject\":\"payment\",\"id\":\"00000000-0000-0000-0000-000000000001\"}\n\n";
        for cut in 0..text.len() {
            let mut lines = Lines::default();
            let mut heard = lines.push(&text[..cut]);
            heard.extend(lines.push(&text[cut..]));
            assert_eq!(heard.len(), 1, "cut at {cut}");
            assert_eq!(heard[0].seq, 7);
        }
    }
}
