//! The capability to touch one tenant's telemetry.

use tfo_sdk::TenantId;

/// One tenant's telemetry, and the right to touch it.
///
/// Invariant: made only by the [`ScopeMinter`] that [`crate::Store::open`] returns once, so holding one proves
/// that whoever owns the minter checked a credential.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantScope {
    tenant: TenantId,
}

impl TenantScope {
    /// The tenant.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant
    }
}

/// Makes scopes. There is one a store, and it cannot be copied: whoever holds it is the authentication.
#[derive(Debug)]
pub struct ScopeMinter {
    _private: (),
}

impl ScopeMinter {
    pub(crate) fn new() -> Self {
        Self { _private: () }
    }

    /// A scope for this tenant; the caller has checked that it may have it.
    pub fn mint(&self, tenant: TenantId) -> TenantScope {
        TenantScope { tenant }
    }
}
