import {
  type AdapterDriver,
  type AdapterRun,
  type AdapterSetup,
  type ScriptedModel,
  type Seen,
  type SuiteTool,
  scriptedModel,
  type Tamper,
} from '@lumojit/conformance'
import { createJitAI, jitTool, pendingPermissions, requestJitAccessTool } from '@lumojit/ai-sdk'
import { isStepCount, jsonSchema, type ModelMessage, type ToolSet } from 'ai'
import { lastWord, mockModel, toldIn } from './mock-model.ts'
import { tampered } from './tamper.ts'
