//! Who calls: the only maker of [`Authed`], and with it of the right to touch a tenant's telemetry.
//!
//! There are no keys yet. The one caller is the built-in `local`, whoever reaches a loopback address; the
//! [`guard`] keeps web pages in a browser on this machine from being that caller.

pub(crate) mod guard;

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use tfo_sdk::TenantId;
use tfo_sdk::resource::Scope;
use tfo_store::{ScopeMinter, TenantScope};

use crate::platform::problem::{ApiError, ApiResult, Code};
use guard::Admitted;

/// Turns admitted requests into callers. It owns the store's minter: no other module can make a scope.
#[derive(Debug, Clone)]
pub(crate) struct Identity(Arc<ScopeMinter>);

impl Identity {
    pub(crate) fn new(minter: ScopeMinter) -> Self {
        Self(Arc::new(minter))
    }

    /// The daemon, which records itself in the default tenant.
    pub(crate) fn itself(&self) -> Authed {
        Authed { scope: self.0.mint(TenantId::DEFAULT), principal: "system" }
    }

    /// The built-in caller of a loopback address, in the default tenant.
    fn local(&self, _admitted: Admitted) -> Authed {
        Authed { scope: self.0.mint(TenantId::DEFAULT), principal: "local" }
    }
}

/// A caller whose right was checked. An argument of this type is a handler's authorisation.
#[derive(Debug, Clone)]
pub(crate) struct Authed {
    scope: TenantScope,
    principal: &'static str,
}

impl Authed {
    /// The tenant that the caller reads and writes.
    pub(crate) fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// Who it is, as the journal says it.
    pub(crate) fn principal(&self) -> &str {
        self.principal
    }

    /// Whether the caller has a permission in a place: the built-in `local`, and the daemon itself, have all.
    pub(crate) fn may(&self, _permission: &str, _place: &Scope) -> bool {
        true
    }

    /// Refuses a caller that lacks a permission in a place.
    ///
    /// # Errors
    /// Which permission it takes, and where.
    pub(crate) fn authorize(&self, permission: &str, place: &Scope) -> ApiResult<()> {
        if self.may(permission, place) {
            return Ok(());
        }
        Err(ApiError::new(Code::Forbidden, format!("it takes the permission {permission} in {place}")))
    }
}

impl<S> FromRequestParts<S> for Authed
where
    S: Send + Sync,
    Identity: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // A route that the guard does not stand before has no caller: it denies.
        let admitted = parts.extensions.get::<Admitted>().copied();
        let admitted =
            admitted.ok_or_else(|| ApiError::new(Code::Unauthenticated, "the caller is not known"))?;
        Ok(Identity::from_ref(state).local(admitted))
    }
}
