import { Type } from '@sinclair/typebox';
import { STEP_NAMES } from '../../core/automation/automation';

/** Parameters of a route with the id of an automation. */
export const AutomationParams = Type.Object({
  automation: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Automation id' })
});

/** Parameters of a route with the id of a run. */
export const RunParams = Type.Object({
  run: Type.String({ pattern: '^[a-z0-9]{32}$', description: 'Run id' })
});

/**
 * Values for input variables by id, `{"value": …}` or `{"uri": "/f/…"}`. What is something else is refused by
 * `parseInputs`, which names the variable.
 */
export const Inputs = Type.Record(Type.String({ maxLength: 500 }), Type.Unknown());

/** Name of a step. */
export const Step = Type.Union(STEP_NAMES.map(step => Type.Literal(step)));

/** Slug of a batch, or id of a run made from the form. */
export const Batch = Type.String({ maxLength: 1000 });

/** Body of a problem document, RFC 9457, for the description of the API. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String()
  },
  { additionalProperties: true }
);
