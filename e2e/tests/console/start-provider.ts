import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A person whom the provider knows; the name they type is their `sub`. */
export interface Person {
  readonly email: string;
  readonly verified: boolean;
}

/** A real OpenID Connect provider on loopback (npm's oidc-provider, certified). */
export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly people: Map<string, Person>;
  /** Begins to answer; until then it is away. @param redirect where it may send browsers back to */
  begin(redirect: string): void;
  stop(): Promise<void>;
}

export const startProvider = async (): Promise<TestProvider> => {
  const people = new Map<string, Person>();
  const clientId = 'gander';
  const clientSecret = randomBytes(24).toString('base64url');
  let answer: ReturnType<Provider['callback']> | undefined;
  const server = createServer((request, response) => {
    if (answer) answer(request, response);
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    clientId,
    clientSecret,
    people,
    begin(redirect) {
      const client = {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'client_secret_post',
      };
      const provider = new Provider(issuer, {
        clients: [client],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        pkce: { required: () => true },
        cookies: { keys: [randomBytes(16).toString('hex')] },
        findAccount: (_context: unknown, login: string) => {
          const { email = 'nobody@example.com', verified = false } = people.get(login) ?? {};
          return {
            accountId: login,
            claims: () => ({ sub: login, email, email_verified: verified, name: login }),
          };
        },
      });
      answer = provider.callback();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
