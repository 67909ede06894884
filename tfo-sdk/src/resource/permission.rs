//! Permissions: `resource:verb`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The right to do something to a kind of thing: `alert-rules:update`; `*` stands for any of either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Permission(String);

/// What there is a right to beside the kinds of resources: who may do what to it.
const OTHERS: [(&str, &[&str]); 7] = [
    ("telemetry", &["read", "write", "erase"]),
    ("logs", &["write"]),
    ("traces", &["write"]),
    ("metrics", &["write"]),
    ("audit", &["read"]),
    ("secrets", &["rotate"]),
    ("platform", &["read", "manage"]),
];
/// What can be done to a resource.
const VERBS: [&str; 4] = ["read", "create", "update", "delete"];

/// Why a text is no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PermissionError(String);

impl Permission {
    /// The permission as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether who holds this one may do what the other says.
    pub fn grants(&self, wanted: &Self) -> bool {
        let part = |held: &str, wanted: &str| held == "*" || held == wanted;
        let (Some((resource, verb)), Some((wanted_resource, wanted_verb))) =
            (self.0.split_once(':'), wanted.0.split_once(':'))
        else {
            return false;
        };
        part(resource, wanted_resource) && part(verb, wanted_verb)
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let shown: String = text.chars().take(64).collect();
        let Some((resource, verb)) = text.split_once(':') else {
            return Err(PermissionError(format!("expected a permission like telemetry:read, got {shown:?}")));
        };
        let verbs: &[&str] = if resource == "*"
            || super::kinds::ALL.iter().any(|kind| kind.plural == resource)
        {
            &VERBS
        } else if let Some((_, verbs)) = OTHERS.iter().find(|(name, _)| *name == resource) {
            verbs
        } else {
            let known = super::kinds::ALL.iter().map(|kind| kind.plural).chain(OTHERS.map(|(name, _)| name));
            let known: Vec<&str> = known.collect();
            return Err(PermissionError(format!(
                "there is nothing called {:?} to have permissions for; there are {}",
                resource.chars().take(64).collect::<String>(),
                known.join(", ")
            )));
        };
        if verb != "*" && !verbs.contains(&verb) {
            return Err(PermissionError(format!(
                "{shown:?}: the verbs of {resource:?} are {} and *",
                verbs.join(", ")
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, PermissionError> {
        text.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.0
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl JsonSchema for Permission {
    fn schema_name() -> Cow<'static, str> {
        "Permission".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let of = |name: &'static str, verbs: &[&'static str]| {
            verbs.iter().chain(&["*"]).map(|verb| format!("{name}:{verb}")).collect::<Vec<_>>()
        };
        let kinds = super::kinds::ALL.iter().map(|kind| kind.plural).chain(["*"]);
        let all: Vec<String> = kinds
            .flat_map(|kind| of(kind, &VERBS))
            .chain(OTHERS.iter().flat_map(|(name, verbs)| of(name, verbs)))
            .collect();
        json_schema!({
            "description": "A permission, `resource:verb`; `*` stands for any.",
            "type": "string",
            "enum": all,
        })
    }
}

/// A role that every installation has, and nobody can change.
#[derive(Debug, Clone, Copy)]
pub struct BuiltInRole {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it may do.
    pub permissions: &'static [&'static str],
}

/// The built-in roles.
pub const BUILT_IN_ROLES: [BuiltInRole; 5] = [
    BuiltInRole { name: "super-administrator", about: "Everything, everywhere.", permissions: &["*:*"] },
    BuiltInRole {
        name: "administrator",
        about: "Everything in one organization, but regions and the organization's own end.",
        permissions: &[
            "regions:read",
            "organizations:read",
            "organizations:update",
            "workspaces:*",
            "tenants:*",
            "users:*",
            "api-keys:*",
            "roles:*",
            "role-bindings:*",
            "quotas:*",
            "retention-policies:*",
            "saved-queries:*",
            "cors-policies:read",
            "telemetry:*",
            "logs:write",
            "traces:write",
            "metrics:write",
            "audit:read",
        ],
    },
    BuiltInRole {
        name: "developer",
        about: "Creates, reads and changes what a team works with, and deletes nothing.",
        permissions: &[
            "regions:read",
            "organizations:read",
            "workspaces:read",
            "workspaces:create",
            "workspaces:update",
            "tenants:read",
            "tenants:update",
            "users:read",
            "api-keys:read",
            "api-keys:create",
            "api-keys:update",
            "roles:read",
            "role-bindings:read",
            "quotas:read",
            "retention-policies:read",
            "saved-queries:read",
            "saved-queries:create",
            "saved-queries:update",
            "cors-policies:read",
            "telemetry:read",
            "telemetry:write",
            "logs:write",
            "traces:write",
            "metrics:write",
        ],
    },
    BuiltInRole {
        name: "viewer",
        about: "Reads what there is, telemetry included.",
        permissions: &[
            "regions:read",
            "organizations:read",
            "workspaces:read",
            "tenants:read",
            "users:read",
            "api-keys:read",
            "roles:read",
            "role-bindings:read",
            "quotas:read",
            "retention-policies:read",
            "saved-queries:read",
            "cors-policies:read",
            "telemetry:read",
        ],
    },
    BuiltInRole {
        name: "demo",
        about: "Looks around in a demonstration.",
        permissions: &[
            "organizations:read",
            "workspaces:read",
            "tenants:read",
            "saved-queries:read",
            "telemetry:read",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(text: &str) -> Permission {
        text.parse().unwrap()
    }

    #[test]
    fn permissions_are_of_things_that_exist() {
        for good in ["telemetry:read", "api-keys:delete", "*:*", "roles:*", "*:read"] {
            assert_eq!(permission(good).as_str(), good);
        }
        for bad in
            ["", "telemetry", "telemetry:fly", "planets:read", "roles:erase", "roles:read:all", ":", "*"]
        {
            assert!(bad.parse::<Permission>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_star_grants_any() {
        for (held, wanted, grants) in [
            ("roles:read", "roles:read", true),
            ("roles:read", "roles:update", false),
            ("roles:*", "roles:update", true),
            ("*:read", "roles:read", true),
            ("*:read", "roles:update", false),
            ("*:*", "platform:manage", true),
            ("telemetry:read", "tenants:read", false),
        ] {
            assert_eq!(permission(held).grants(&permission(wanted)), grants, "{held} {wanted}");
        }
    }

    #[test]
    fn built_in_roles_have_valid_permissions() {
        for role in BUILT_IN_ROLES {
            role.name.parse::<super::super::Name>().unwrap();
            for text in role.permissions {
                permission(text);
            }
        }
    }
}
