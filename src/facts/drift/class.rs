//! The kinds of differences between environments.

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The whole resource is on one side only.
    Resource,
    /// The upper value names the lower environment.
    WrongEnvironment,
    /// A value is the name of a generated object on one side: a variable that was never filled in.
    GeneratedName,
    /// Values and keys of Secrets, and where they are fetched from.
    Secret,
    /// A container image.
    Image,
    /// The version of a chart or an operator.
    ChartVersion,
    /// The revision of a Git or OCI source.
    GitRevision,
    /// How many: replicas, autoscalers, disruption budgets.
    Scaling,
    /// Requests and limits.
    Resources,
    /// Host names and addresses.
    Host,
    /// Accounts, roles and other identifiers.
    Identifier,
    /// Annotations.
    Annotation,
    /// Labels.
    Label,
    /// What selects by labels.
    Selector,
    /// Environment variables that one side lacks, or that come from elsewhere.
    EnvironmentVariable,
    /// Values of variables, arguments, ConfigMaps and charts.
    Setting,
    /// Which Secret or ConfigMap is read.
    Reference,
    /// Probes.
    Probe,
    /// When jobs run, and what is suspended.
    Schedule,
    /// Where pods run.
    Scheduling,
    /// Who may do what.
    Rbac,
    /// What containers may do.
    Security,
    /// Volumes.
    Storage,
    /// The version of the API.
    ApiVersion,
    /// Anything else.
    Other,
}
