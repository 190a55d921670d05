//! How a door's requests and replies go into the run root, and what only the processes of the trust loop note.

use machine::door::{Reply, Request};

use crate::ledger::{RecordNumbered, record_bytes, record_debug};

/// What only the actors note.
#[derive(Clone, Debug)]
pub enum TrustNote {
    /// An actor sent a message with this marker to the other actor.
    Sent {
        /// The sender's and the receiver's names.
        parties: (String, String),
        /// The marker in the plaintext.
        marker: [u8; 16],
    },
    /// A device of this actor opened a message with this marker.
    Opened {
        /// The name of the actor whose device opened it.
        by: String,
        /// The marker in the plaintext.
        marker: [u8; 16],
    },
    /// A device opened a message, and others before it in its chain did not come.
    Skipped,
    /// The door did not take bytes again that were erased.
    ErasedRefused,
}

impl RecordNumbered for Request {
    /// Bytes as they are, the rest as its `Debug` text.
    fn record(&self, ticket: u64, out: &mut Vec<u8>) {
        match self {
            Self::Submit(bytes) => record_bytes(b's', ticket, bytes, out),
            Self::PutBlob { owner, bytes } => {
                out.extend_from_slice(&owner.0.0);
                record_bytes(b'p', ticket, bytes, out);
            }
            Self::Challenge
            | Self::GetBlob { .. }
            | Self::Keys(_)
            | Self::DeviceKeys(..)
            | Self::Messages(..)
            | Self::Profile(_) => {
                record_debug(b'a', ticket, self, out);
            }
        }
    }
}

impl RecordNumbered for Reply {
    /// A receipt as its line, a blob as its bytes, the rest as its `Debug` text.
    fn record(&self, ticket: u64, out: &mut Vec<u8>) {
        match self {
            Self::Accepted(receipt) => {
                out.push(u8::from(receipt.repeated));
                record_bytes(b'y', ticket, &receipt.line, out);
            }
            Self::Blob(Some(bytes)) => record_bytes(b'b', ticket, bytes, out),
            Self::Challenge { .. }
            | Self::Refused { .. }
            | Self::NoBlob(_)
            | Self::Stored(_)
            | Self::Erased(_)
            | Self::Blob(None)
            | Self::Keys(_)
            | Self::Messages(_)
            | Self::Profile(_)
            | Self::Unavailable => record_debug(b't', ticket, self, out),
        }
    }
}
