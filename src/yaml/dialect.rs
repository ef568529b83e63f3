//! The two ways in which kustomize reads YAML.

/// Which of kustomize's two YAML readers a file goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Resources, strategic merge patches, plugin configurations: go-yaml v3. Keys are unique.
    Resource,
    /// Kustomizations, `configurations`, `crds`, replacements, JSON 6902 patches: YAML 1.1, then JSON.
    /// `yes`, `no`, `on`, `off`, `y`, `n` are booleans; of equal keys the last counts.
    Config,
}
