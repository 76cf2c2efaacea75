/** Where one can go, in groups that belong together: what happens, what is allowed, what it runs on. */
export const PAGE_GROUPS = [
  [
    { href: '/', name: 'Traffic' },
    { href: '/overview', name: 'Overview' },
    { href: '/requests', name: 'Requests' },
  ],
  [
    { href: '/policies', name: 'Policies' },
    { href: '/clients', name: 'Clients' },
    { href: '/tiers', name: 'Tiers' },
  ],
  [
    { href: '/upstreams', name: 'Upstreams' },
    { href: '/replicas', name: 'Replicas' },
    { href: '/history', name: 'History' },
  ],
] as const;

export type PageAddress = (typeof PAGE_GROUPS)[number][number]['href'];
