// node-oidc-provider as one would run it: production mode, its own in-memory store, no development pages.
//
// usage: node server.mjs SETTINGS.json
//
// The settings name the issuer, the port, the private signing key (PEM), the clients, the accounts with their claims,
// and the claims of each scope. Its login page is a plain form, so that one driver signs in here and at Signet.

import { createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import Provider from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const accounts = new Map(settings.accounts.map((account) => [account.username, account]));
const claimsOf = new Map(settings.accounts.map((account) => [account.claims.sub, account.claims]));

const HOUR = 3600;

const provider = new Provider(settings.issuer, {
  clients: settings.clients,
  jwks: {
    keys: Object.entries(settings.signing_keys).map(([alg, pem]) => ({ ...createPrivateKey(pem).export({ format: 'jwk' }), alg, use: 'sig' })),
  },
  claims: settings.scopes,
  // As Signet's platform clients have it: the claims are in the ID token too, not only at userinfo.
  conformIdTokenClaims: false,
  responseTypes: ['code', 'id_token'],
  scopes: ['openid', 'offline_access'],
  pkce: { required: () => false },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({ scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg: settings.resources[resource] } } }),
    },
  },
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: HOUR, AuthorizationCode: 60, Grant: 14 * 24 * HOUR, IdToken: HOUR, Interaction: HOUR, Session: 14 * 24 * HOUR },

  async findAccount(_ctx, sub) {
    const claims = claimsOf.get(sub);
    return claims && { accountId: sub, claims: async () => claims };
  },

  // A brand's own clients need no consent: their grant is there once somebody has signed in.
  async loadExistingGrant(ctx) {
    const { client, session, provider: issuer } = ctx.oidc;
    const known = session.grantIdFor(client.clientId);
    if (known) return issuer.Grant.find(known);
    const grant = new issuer.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(['openid', 'offline_access', ...Object.keys(settings.scopes)].join(' '));
    await grant.save();
    return grant;
  },
});

const page = (uid) => `<!doctype html><title>Sign in</title>
<form method="post" action="/interaction/${uid}">
<input name="username"><input name="password" type="password"><button>Sign in</button>
</form>`;

async function formOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/health/ready') {
    ctx.body = 'ok';
    return;
  }
  const [, uid] = /^\/interaction\/([\w-]+)$/.exec(ctx.path) ?? [];
  if (!uid) {
    await next();
  } else if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = page(uid);
  } else {
    const form = await formOf(ctx.req);
    const account = accounts.get(form.get('username'));
    if (account?.password !== form.get('password')) {
      ctx.status = 422;
      ctx.type = 'html';
      ctx.body = page(uid);
      return;
    }
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: account.claims.sub } });
    ctx.respond = false;
  }
});

const server = provider.listen(settings.port, '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
});
