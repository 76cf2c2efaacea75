import type { Replicas } from '@/lib/admin';

export type Replica = Replicas['items'][number];
