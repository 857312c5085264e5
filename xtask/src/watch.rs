//! Which part of the sources changed, by looking at the times of their files.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// A set of files and folders with the state they were last seen in.
#[derive(Debug)]
pub struct Watched {
    paths: Vec<PathBuf>,
    seen: State,
}

/// The newest time and the number of files: every edit, addition and removal changes one of the two.
type State = (Option<SystemTime>, usize);

impl Watched {
    /// Watches from now on.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        let seen = look(&paths);
        Self { paths, seen }
    }

    /// Whether anything changed since the last call.
    pub fn changed(&mut self) -> bool {
        let now = look(&self.paths);
        std::mem::replace(&mut self.seen, now) != now
    }
}

fn look(paths: &[PathBuf]) -> State {
    let mut open = paths.to_vec();
    let (mut newest, mut count) = (None, 0);
    while let Some(path) = open.pop() {
        // A file can vanish between two looks: editors save by renaming.
        let Ok(found) = fs::metadata(&path) else { continue };
        if found.is_dir() {
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else {
            newest = newest.max(found.modified().ok());
            count += 1;
        }
    }
    (newest, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_an_edit_a_new_file_and_a_removal_once_each() {
        let root = std::env::temp_dir().join(format!("prichal-watch-{}", std::process::id()));
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/a.rs"), "a").unwrap();
        let mut watched = Watched::new(vec![root.clone()]);
        assert!(!watched.changed());

        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options().append(true).open(root.join("src/a.rs")).unwrap().set_modified(later).unwrap();
        assert!(watched.changed());
        assert!(!watched.changed());

        fs::write(root.join("src/b.rs"), "b").unwrap();
        assert!(watched.changed());
        fs::remove_file(root.join("src/b.rs")).unwrap();
        assert!(watched.changed());
        assert!(!watched.changed());
        fs::remove_dir_all(root).unwrap();
    }
}
