//! Short names for what texts say.

use sha2::{Digest, Sha256};

/// A name for some texts or bytes in their order: 16 hexadecimal digits that tell them from others.
#[must_use]
pub fn fingerprint<P: AsRef<[u8]>>(parts: &[P]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
