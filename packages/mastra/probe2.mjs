import { LibSQLStore } from '@mastra/libsql';
const s=new LibSQLStore({id:'s',url:'file:'+process.argv[2]});await s.init();
const w=await s.getStore('workflows');const r=await w.listWorkflowRuns({});
for(const x of r.runs){const sn=typeof x.snapshot==='string'?JSON.parse(x.snapshot):x.snapshot;console.log(x.workflowName,x.runId,x.resourceId,sn.status,Object.keys(sn).join());for(const [k,v] of Object.entries(sn.context)){console.log(' ',k,v?.status,JSON.stringify(v?.suspendPayload)?.slice(0,1500))}console.log(JSON.stringify(sn.requestContext),JSON.stringify(sn.suspendedPaths),JSON.stringify(sn.resumeLabels))}
process.exit(0)
