//! C2SP `tlog-proof`: that an entry stands in a log, checked offline with the entry, the proof and the log's key alone.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};

use super::{
    Digest,
    merkle::{check_inclusion, leaf_hash, prove_inclusion, root},
    note::{Checkpoint, NoteError, NoteKey, decimal},
};

/// The first line of every proof.
const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// A proof that an entry stands at an index of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// The entry's seq.
    pub index: u64,
    /// The inclusion proof (RFC 6962), from the leaf up.
    pub hashes: Vec<Digest>,
    /// The log's signed checkpoint, a note.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not of the format.
    #[error("not a tlog-proof: {0}")]
    Form(&'static str),
    /// Its checkpoint is none, or not the log's.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] NoteError),
    /// The entry does not stand there.
    #[error("the entry does not stand at index {index} of the {size} entries that the checkpoint signs")]
    Absent {
        /// Where it should stand.
        index: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// Fewer entries than the checkpoint says, or others.
    #[error("these entries are not the {0} that the checkpoint signs")]
    Root(u64),
}

impl TlogProof {
    /// As it is written; ends with the checkpoint.
    #[must_use]
    pub fn text(&self) -> String {
        let head = format!("{FORMAT}\nindex {}\n", self.index);
        let hashes = self.hashes.iter().map(|hash| Base64::encode_string(&hash.0) + "\n");
        hashes.fold(head, |text, line| text + &line) + "\n" + &self.checkpoint
    }

    /// Reads a proof; application data in an `extra` line is ignored.
    ///
    /// # Errors
    /// [`TlogProofError::Form`], naming the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, TlogProofError> {
        let form = TlogProofError::Form;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(form("no blank line before the checkpoint"))?;
        let mut lines = head.lines().peekable();
        if lines.next() != Some(FORMAT) {
            return Err(form("the first line names another format"));
        }
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?)).ok_or(form("no index"))?;
        let hash = |line: &str| Some(Digest(Base64::decode_vec(line).ok()?.try_into().ok()?));
        let hashes = lines.map(hash).collect::<Option<_>>().ok_or(form("a hash is not 32 bytes of base64"))?;
        Ok(Self { index, hashes, checkpoint: checkpoint.to_string() })
    }

    /// Checks that this line stands at the index, in the log of this key; gives the checkpoint that says so.
    ///
    /// # Errors
    /// [`TlogProofError`], if it does not.
    pub fn check(&self, line: &[u8], key: &NoteKey) -> Result<Checkpoint, TlogProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let (index, size) = (self.index, checkpoint.size);
        if check_inclusion(&leaf_hash(line), index, size, &self.hashes, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(TlogProofError::Absent { index, size })
        }
    }
}

/// Proves entries of a log under one of its checkpoints.
#[derive(Clone, Debug)]
pub struct Prover {
    leaves: Vec<Digest>,
    checkpoint: String,
}

impl Prover {
    /// A prover for the lines of a log, which may go on after the checkpoint. The signature is for the reader to check.
    ///
    /// # Errors
    /// The note is no checkpoint, or not one of these lines.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a [u8]>, note: &str) -> Result<Self, TlogProofError> {
        let checkpoint = Checkpoint::parse(note)?;
        let leaves: Vec<Digest> = (0..checkpoint.size).zip(lines).map(|(_, line)| leaf_hash(line)).collect();
        if leaves.len() as u64 == checkpoint.size && root(&leaves) == checkpoint.root {
            Ok(Self { leaves, checkpoint: note.to_string() })
        } else {
            Err(TlogProofError::Root(checkpoint.size))
        }
    }

    /// The proof of an entry; none if the checkpoint does not reach that far.
    #[must_use]
    pub fn prove(&self, index: u64) -> Option<TlogProof> {
        let hashes = prove_inclusion(&self.leaves, usize::try_from(index).ok()?)?;
        Some(TlogProof { index, hashes, checkpoint: self.checkpoint.clone() })
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::kernel::PublicKey;

    fn log(size: usize) -> (Vec<Vec<u8>>, String, NoteKey) {
        let lines: Vec<Vec<u8>> = (0..size).map(|n| format!("entry {n}").into_bytes()).collect();
        let leaves: Vec<Digest> = lines.iter().map(|line| leaf_hash(line)).collect();
        let key = SigningKey::from_bytes(&[3; 32]);
        let public = NoteKey { name: "log.example".to_string(), key: PublicKey(key.verifying_key().to_bytes()) };
        let checkpoint = Checkpoint { origin: public.name.clone(), size: size as u64, root: root(&leaves) };
        (lines, checkpoint.sign(&key), public)
    }

    #[test]
    fn every_entry_is_proven_to_whoever_has_the_key_and_no_other_entry_is() {
        for size in [1, 2, 3, 7, 8, 9] {
            let (mut lines, note, key) = log(size);
            lines.push(b"after the checkpoint".to_vec());
            let prover = Prover::new(lines.iter().map(Vec::as_slice), &note).expect("its lines");
            for (index, line) in lines[..size].iter().enumerate() {
                let proof = prover.prove(index as u64).expect("under the checkpoint");
                let read = TlogProof::parse(&proof.text()).expect("as written");
                assert_eq!(read, proof);
                assert_eq!(read.check(line, &key).expect("it stands there").size, size as u64);
                assert!(read.check(&lines[index + 1], &key).is_err(), "another line");
                let moved = TlogProof { index: index as u64 + 1, ..read };
                assert!(moved.check(line, &key).is_err(), "another index");
            }
            assert_eq!(prover.prove(size as u64), None);
        }
    }

    #[test]
    fn what_is_forged_or_malformed_is_named() {
        let (mut lines, note, key) = log(5);
        let slices = |lines: &[Vec<u8>]| Prover::new(lines.iter().map(Vec::as_slice), &note);
        let proof = slices(&lines).expect("its lines").prove(2).expect("a proof");
        let other = NoteKey { key: PublicKey([9; 32]), ..key.clone() };
        assert!(matches!(proof.check(&lines[2], &other), Err(TlogProofError::Checkpoint(_))));
        let resized = TlogProof { checkpoint: proof.checkpoint.replacen("\n5\n", "\n6\n", 1), ..proof.clone() };
        assert!(matches!(resized.check(&lines[2], &key), Err(TlogProofError::Checkpoint(_))));
        let cut = TlogProof { hashes: proof.hashes[1..].to_vec(), ..proof.clone() };
        assert_eq!(cut.check(&lines[2], &key), Err(TlogProofError::Absent { index: 2, size: 5 }));
        lines[0].push(b'!');
        assert_eq!(slices(&lines).expect_err("another line"), TlogProofError::Root(5));
        assert_eq!(slices(&lines[..4]).expect_err("too few"), TlogProofError::Root(5));
        let text = proof.text();
        let with_extra = text.replacen("index", "extra YQ==\nindex", 1);
        assert_eq!(TlogProof::parse(&with_extra), Ok(proof));
        for (from, to) in [("@v1", "@v2"), ("index 2", "index 02"), ("index 2", "indices 2"), ("\n\n", "\n")] {
            assert!(TlogProof::parse(&text.replacen(from, to, 1)).is_err(), "{from} -> {to}");
        }
        let no_hash = [text.lines().next().unwrap_or(""), "index 2", "no base64", "", "x"].join("\n");
        assert_eq!(TlogProof::parse(&no_hash), Err(TlogProofError::Form("a hash is not 32 bytes of base64")));
    }
}
