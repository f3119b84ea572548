/** `addresses` is JSON. */
export interface Schema {
  trusted_community: {
    peer_id: string;
    name: string;
    trusted_by: string;
    trusted_at_ms: number;
    addresses: string;
  };
  trusted_name: { name: string; peer_id: string; trusted_at_ms: number };
}
