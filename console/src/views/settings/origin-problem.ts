import { ApiFailure } from '../../shell/api-client.ts';

/** Says how an origin looks, where the server took one for malformed. @throws always */
export const sayOrigin = (error: unknown): never => {
  if (error instanceof ApiFailure && error.code === 200)
    throw new ApiFailure(
      200,
      'An origin looks like https://shop.example: as browsers send it, without a path, a slash at its end or the usual port.',
    );
  throw error;
};
