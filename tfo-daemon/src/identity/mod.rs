//! Who calls: the only maker of [`Principal`] and [`Authed`], and with it of the right to touch a tenant's telemetry.
//!
//! There are no keys yet. The one caller is the built-in `local`, whoever reaches a loopback address; the
//! [`guard`] keeps web pages in a browser on this machine from being that caller. Which tenant a request is about,
//! [`tenant`] reads.

pub(crate) mod cors;
pub(crate) mod guard;
pub(crate) mod tenant;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use tfo_sdk::TenantId;
use tfo_sdk::resource::{Name, Scope};
use tfo_store::{ScopeMinter, TenantScope};

use crate::platform::problem::{ApiError, ApiResult, Code};
use crate::platform::server::Peer;
use crate::resources::{Key, Resources};
use crate::tenancy::serves;
use guard::Admitted;

/// Turns admitted requests into callers. It owns the store's minter: no other module can make a scope.
#[derive(Debug, Clone)]
pub(crate) struct Identity(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    minter: ScopeMinter,
    resources: Resources,
    /// The regions that this daemon serves; all of them where none is named.
    regions: Vec<Name>,
    /// The place of the default tenant.
    default: Scope,
}

impl Identity {
    pub(crate) fn new(minter: ScopeMinter, resources: Resources, regions: Vec<Name>) -> Self {
        Self(Arc::new(Inner { minter, resources, regions, default: Scope::default_tenant() }))
    }

    /// The daemon, which records itself in the default tenant.
    pub(crate) fn itself(&self) -> Authed {
        Authed { scope: self.0.minter.mint(TenantId::DEFAULT) }
    }

    /// A caller in the tenant that a request names, or in the default one.
    fn in_tenant(&self, caller: &Principal, permission: &str, tenant: Option<&Scope>) -> ApiResult<Authed> {
        let Some(path) = tenant else {
            caller.authorize(permission, &self.0.default)?;
            return Ok(Authed { scope: self.0.minter.mint(TenantId::DEFAULT) });
        };
        // Before anything is said of what there is.
        caller.authorize(permission, path)?;
        if let Some(region) = path.parts().first()
            && !serves(&self.0.regions, region)
        {
            let detail = format!("this daemon does not serve the region {region}; ask one that does");
            return Err(ApiError::new(Code::OtherRegion, detail));
        }
        let id = self.find_tenant(path).ok_or_else(|| {
            ApiError::new(
                Code::UnknownTenant,
                format!("there is no tenant {path}; tfo get tenants lists them"),
            )
        })?;
        Ok(Authed { scope: self.0.minter.mint(id) })
    }

    /// The id of a tenant that is there, and not deleted.
    fn find_tenant(&self, path: &Scope) -> Option<TenantId> {
        let key = Key { scope: path.parent()?, kind: "Tenant".to_owned(), name: path.name()?.clone() };
        let world = self.0.resources.world();
        let stored = world.get(&key).filter(|stored| stored.record.deleted_at.is_none())?;
        Some(TenantId::from_uuid(stored.record.uid))
    }
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Principal {
    name: &'static str,
    address: Option<IpAddr>,
}

impl Principal {
    /// The built-in caller of a loopback address.
    fn local(_admitted: Admitted, address: Option<IpAddr>) -> Self {
        Self { name: "local", address }
    }

    /// A caller for tests that have no request.
    #[cfg(test)]
    pub(crate) fn for_test(name: &'static str) -> Self {
        Self { name, address: None }
    }

    /// Who it is, as the journal says it.
    pub(crate) fn name(&self) -> &str {
        self.name
    }

    /// Where it calls from, as far as that is known.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.address
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

/// A caller whose right was checked, in one tenant. An argument of this type is a handler's authorisation: that to read
/// the tenant's telemetry.
#[derive(Debug, Clone)]
pub(crate) struct Authed {
    scope: TenantScope,
}

impl Authed {
    /// The caller of a request that writes telemetry.
    ///
    /// # Errors
    /// When there is no such tenant here, or the caller may not write in it.
    pub(crate) async fn for_writing<S>(parts: &mut Parts, state: &S) -> ApiResult<Self>
    where
        S: Send + Sync,
        Identity: FromRef<S>,
    {
        Self::with(parts, state, "telemetry:write").await
    }

    async fn with<S>(parts: &mut Parts, state: &S, permission: &str) -> ApiResult<Self>
    where
        S: Send + Sync,
        Identity: FromRef<S>,
    {
        let principal = Principal::from_request_parts(parts, state).await?;
        let tenant = tenant::named(&parts.uri, &parts.headers)?;
        Identity::from_ref(state).in_tenant(&principal, permission, tenant.as_ref())
    }

    /// The tenant that the caller reads and writes.
    pub(crate) fn scope(&self) -> &TenantScope {
        &self.scope
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        // A route that the guard does not stand before has no caller: it denies.
        let admitted = parts.extensions.get::<Admitted>().copied();
        let admitted =
            admitted.ok_or_else(|| ApiError::new(Code::Unauthenticated, "the caller is not known"))?;
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Ok(Self::local(admitted, peer))
    }
}

impl<S> FromRequestParts<S> for Authed
where
    S: Send + Sync,
    Identity: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Self::with(parts, state, "telemetry:read").await
    }
}
