import { algorithmOf } from '../algorithms';
import type { Target } from '../store';
import type { Command } from './connection';
import type { Evaluate, Script, ScriptCall } from './script';

/**
 * The call for `moving-slot.lua` in which a node of the cluster can see whether it has the keys.
 * @param nowMs the clock of the node that has the slot
 */
export function whileMoving(
  evaluate: Evaluate,
  script: Script,
  call: ScriptCall,
  targets: readonly Target[],
  nowMs: number,
): Command<unknown> {
  const names = targets.map(({ key, limit }) => algorithmOf(limit).storageKey(key, limit, nowMs));
  const args = [call.keys.length, ...call.keys, ...call.args];
  return (client, isAsking) => {
    // The node that hands the slot over has said that it has none of them, and can make no new ones.
    // The one that takes it over must only not be told of several, of which it may lack some.
    const keys = isAsking ? names.slice(0, 1) : names;
    return evaluate(client, script, { keys, args }, isAsking);
  };
}
