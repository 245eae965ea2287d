import { Mastra } from '@mastra/core/mastra';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { RequestContext } from '@mastra/core/request-context';
import { LibSQLStore } from '@mastra/libsql';
import { Memory } from '@mastra/memory';
import { z } from 'zod';
export function scripted(steps, prompts=[]) {
  let i=0; const next=(o)=>{prompts.push(o.prompt);const s=steps[Math.min(i++,steps.length-1)];return typeof s==='function'?s(o):s};
  const usage={inputTokens:1,outputTokens:1,totalTokens:2};
  const parts=(s)=>s.tools?s.tools.map(t=>({type:'tool-call',toolCallId:t.id,toolName:t.name,input:JSON.stringify(t.args)})):[{type:'text',text:s.text}];
  return { specificationVersion:'v2', provider:'scripted', modelId:'scripted', supportedUrls:{},
    doGenerate: async(o)=>{const s=next(o);return{content:parts(s),finishReason:s.tools?'tool-calls':'stop',usage,warnings:[]}},
    doStream: async(o)=>{const s=next(o);const ch=[{type:'stream-start',warnings:[]},{type:'response-metadata',id:crypto.randomUUID(),modelId:'scripted',timestamp:new Date(0)}];
      if(s.tools)ch.push(...parts(s));else ch.push({type:'text-start',id:'t'},{type:'text-delta',id:'t',delta:s.text},{type:'text-end',id:'t'});
      ch.push({type:'finish',finishReason:s.tools?'tool-calls':'stop',usage});
      return{stream:new ReadableStream({start(c){for(const x of ch)c.enqueue(x);c.close()}})}} };
}
const db=process.argv[2], mode=process.argv[3], nested=process.argv[4]==='nested';
const ids=new WeakMap();let n=0;const id=(o)=>{if(!o)return o;if(!ids.has(o))ids.set(o,++n);return '#'+ids.get(o)};
const log=(...a)=>console.log('  ',...a);
const proc=(name)=>({id:'p',
 processInput:async(a)=>{log(name,'IN agent',a.agent?.id,'rc',id(a.requestContext),a.requestContext?.get('k'),Object.keys(a).join());if(!a.requestContext.get('k'))a.requestContext.set('k',name+'-task');return a.messages},
 processInputStep:async(a)=>{log(name,'STEP run',a.runId?.slice(0,6),'agent',a.agent?.id,'rc',id(a.requestContext),a.requestContext?.get('k'),a.stepNumber);return {}},
 processOutputResult:async(a)=>{log(name,'OUT agent',a.agent?.id,'rc',id(a.requestContext),a.requestContext?.get('k'),Object.keys(a).join(),'fin',a.result?.finishReason);return a.messages}});
const t=createTool({id:'t',description:'x',inputSchema:z.object({k:z.string()}),execute:async(i,c)=>{log('EXEC',JSON.stringify(i),'run',c.runId?.slice(0,6),'agentId',c.agent?.agentId,'call',c.agent?.toolCallId,'rc',id(c.requestContext),c.requestContext?.get('k'),'sp',JSON.stringify(c.agent?.suspendPayload),'rd',JSON.stringify(c.agent?.resumeData),'thread',c.agent?.threadId,'mastra',!!c.mastra,Object.keys(c).join());
  if(i.k==='ok'||(mode!=='start'&&c.agent?.suspendPayload))return{ok:i.k};await c.agent.suspend({type:'x',h:i.k+Math.random()});}});
const inner=new Agent({id:'inner',name:'inner',description:'inner',instructions:'x',model:scripted(mode==='start'?[{tools:[{id:'c0',name:'t',args:{k:'ok'}},{id:'c1',name:'t',args:{k:'a'}},{id:'c2',name:'t',args:{k:'b'}}]}]:[{text:'inner done'}]),tools:{t},inputProcessors:[proc('inner')],outputProcessors:[proc('inner')]});
const outer=new Agent({id:'outer',name:'outer',instructions:'x',model:scripted(mode==='start'?[{tools:[{id:'o1',name:'agent-inner',args:{prompt:'do'}}]}]:[{text:'outer done'}]),agents:{inner},inputProcessors:[proc('outer')],outputProcessors:[proc('outer')],memory: nested? new Memory():undefined});
const m=new Mastra({agents:{inner,outer},storage:new LibSQLStore({id:'s',url:'file:'+db}),logger:false});
const a=m.getAgent(nested?'outer':'inner');
const drain=async(s)=>{const ty=[];for await(const c of s.fullStream){ty.push(c.type);if(c.type==='tool-call-suspended'||c.type==='tool-error'||c.type==='error')log(c.type,JSON.stringify(c.payload).slice(0,300))}return ty.join()};
if(mode==='start'){const g=await a.generate("go",{});console.log(g.finishReason,JSON.stringify(g.suspendPayload));
 const {runs}=await a.listSuspendedRuns();console.log(JSON.stringify(runs,null,1))}
else{const {runs}=await a.listSuspendedRuns();const s=await a.resumeStream({},{runId:runs[0].runId});console.log(await drain(s),await s.finishReason,await s.text);console.log(JSON.stringify((await a.listSuspendedRuns()).runs))}
process.exit(0)
