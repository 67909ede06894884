//! The kinds: a file each, and one line in the registry.

mod api_key;
mod cors_policy;
mod organization;
mod quota;
mod region;
mod retention_policy;
mod role;
mod role_binding;
mod saved_query;
mod tenant;
mod user;
mod workspace;

pub use api_key::ApiKey;
pub use cors_policy::CorsPolicy;
pub use organization::Organization;
pub use quota::Quota;
pub use region::Region;
pub use retention_policy::RetentionPolicy;
pub use role::Role;
pub use role_binding::{RoleBinding, Subject, SubjectKind};
pub use saved_query::{QuerySignal, SavedQuery};
pub use tenant::Tenant;
pub use user::User;
pub use workspace::Workspace;

use super::kind::KindInfo;

/// Every kind, in the order in which lists show them: what others stand in or refer to comes first.
pub const ALL: [KindInfo; 12] = [
    KindInfo::of::<Region>(),
    KindInfo::of::<Organization>(),
    KindInfo::of::<Workspace>(),
    KindInfo::of::<Tenant>(),
    KindInfo::of::<User>(),
    KindInfo::of::<ApiKey>(),
    KindInfo::of::<Role>(),
    KindInfo::of::<RoleBinding>(),
    KindInfo::of::<Quota>(),
    KindInfo::of::<RetentionPolicy>(),
    KindInfo::of::<SavedQuery>(),
    KindInfo::of::<CorsPolicy>(),
];
