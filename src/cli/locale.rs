//! What the environment says of the characters that a terminal can show.

use std::env;

/// The variables that say it; the first that is set counts.
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// Whether what is printed may hold characters outside ASCII. Where nothing is said it may: few terminals cannot show
/// them, and few containers say anything.
pub(super) fn is_unicode() -> bool {
    let set = |name: &&str| env::var(name).ok().filter(|value| !value.is_empty());
    VARIABLES.iter().find_map(set).is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"))
}
