/// How the page looks, light and dark.
enum HTMLStyle {
    static let text = """
        :root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d2126;--dim:#626b75;--line:#dcdad3;--user:#0b6a8f;
        --user-soft:#d7ebf3;--agent:#7d3f98;--agent-soft:#efe1f4;--bad:#b3261e;--mark:#ffd84d;--setting:#4878a8;--service:#c77d14;
        --tool:#2b8a6b;--transport:#8a8f98}
        @media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1c2024;--ink:#e6e8ea;--dim:#98a2ad;--line:#31373d;
        --user:#6cc5e8;--user-soft:#16323d;--agent:#d19be8;--agent-soft:#33213b;--bad:#ff8a80;--mark:#7a6200;--setting:#6f9fd0;
        --service:#e0a04a;--tool:#4fb894;--transport:#8a929c}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        header,#player,main,.banner{max-width:1240px;margin:0 auto;padding:0 20px}
        header{display:flex;flex-wrap:wrap;gap:12px 32px;justify-content:space-between;align-items:end;padding-top:22px}
        h1{font-size:21px;margin:0;overflow-wrap:anywhere}.sub{margin:2px 0 0;color:var(--dim)}
        h2{font-size:12px;letter-spacing:.08em;text-transform:uppercase;color:var(--dim);margin:0 0 10px}
        .figures{display:flex;flex-wrap:wrap;gap:6px 22px;margin:0}.figures div{min-width:56px}
        dt{color:var(--dim);font-size:12px}.figures dd{margin:0;font-size:17px;font-variant-numeric:tabular-nums}
        .banner{margin-top:12px}.banner b,.bad b{color:var(--bad)}
        #player{position:sticky;top:0;z-index:2;padding-top:12px;padding-bottom:10px;background:var(--paper);
        border-bottom:1px solid var(--line)}
        .controls{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center}audio{height:36px;flex:1 1 340px}
        .hint,.note{color:var(--dim);font-size:13px;margin:0}kbd{border:1px solid var(--line);border-radius:4px;padding:0 4px}
        #wave{margin-top:8px}.marks,.axis{position:relative;height:19px;font-size:11px;color:var(--dim)}
        .marks.two{height:40px}.two .mark:not(.turn){top:20px}.axis{overflow:hidden}
        .axis span{position:absolute;border-left:1px solid var(--line);padding-left:3px;white-space:nowrap}
        .mark{position:absolute;top:0;font:11px/1 system-ui;padding:2px 4px;border:1px solid var(--line);border-radius:4px;
        background:var(--card);color:var(--dim);cursor:pointer;transform:translateX(-1px)}
        .mark.turn{font-weight:700;color:var(--ink)}.mark.bargeIn,.mark.trouble,.mark.gap{color:var(--bad);border-color:var(--bad)}
        .lanes{position:relative;cursor:pointer;border:1px solid var(--line);border-radius:6px;background:var(--card);
        overflow:hidden}
        .lane{display:block;width:100%;height:52px}.lane+.side+.lane{border-top:1px solid var(--line)}
        .lane.user path{fill:var(--user)}.lane.agent path{fill:var(--agent)}
        .lane.user .said{fill:var(--user-soft)}.lane.agent .said{fill:var(--agent-soft)}
        .side{position:absolute;left:4px;padding:0 3px;font-size:11px;line-height:15px;pointer-events:none;border-radius:3px;
        background:color-mix(in srgb,var(--card) 80%,transparent)}.side.user{top:2px;color:var(--user)}
        .side.agent{top:54px;color:var(--agent)}
        #head{position:absolute;top:0;bottom:0;width:2px;background:var(--bad);pointer-events:none}
        main{display:grid;grid-template-columns:minmax(0,1fr) 400px;gap:26px;padding-top:18px;padding-bottom:60px}
        @media (max-width:900px){main{grid-template-columns:minmax(0,1fr)}#player{position:static}}
        article{margin:0 0 16px;scroll-margin-top:230px}article:target h3{color:var(--ink)}
        h3{font-size:12px;font-weight:500;color:var(--dim);border-bottom:1px solid var(--line);margin:0 0 6px;padding-bottom:3px}
        .cue,.event,.tool summary{display:grid;grid-template-columns:58px 52px minmax(0,1fr);gap:8px;align-items:baseline}
        .cue{padding:4px 8px;border-left:3px solid transparent;border-radius:4px}.cue p{margin:0;overflow-wrap:anywhere}
        .cue.user{border-color:var(--user)}.cue.agent{border-color:var(--agent)}
        .user .who{color:var(--user)}.agent .who{color:var(--agent)}.who{font-size:13px}
        .cue.now{background:var(--user-soft)}.cue.agent.now{background:var(--agent-soft)}
        .cue span{border-radius:3px;cursor:pointer}.cue span.on{background:var(--mark)}
        s{color:var(--dim)}small{color:var(--dim)}small.cut{color:var(--bad)}
        .t{font:12px/1.4 ui-monospace,monospace;color:var(--dim);background:none;border:0;padding:0;text-align:left;cursor:pointer;
        font-variant-numeric:tabular-nums}.t:hover{text-decoration:underline}
        .event{grid-template-columns:58px minmax(0,1fr);margin:0;padding:3px 11px;color:var(--dim);font-size:13px}
        .event span,.incidents span{overflow-wrap:anywhere}
        .event.bargeIn span::before{content:"✕ "}.event.switched span::before{content:"⇄ "}.event.bad span,.bad .outcome{color:var(--bad)}
        .tool{padding:3px 11px}.tool summary{grid-template-columns:58px 52px auto minmax(0,1fr);cursor:pointer;list-style:none}
        .tool .who{color:var(--tool)}.outcome::after{content:" ▸";color:var(--dim)}[open]>summary .outcome::after{content:" ▾"}
        .outcome{font-size:13px;color:var(--dim)}.tool dl{margin:4px 0 4px 126px}.tool dd{margin:0 0 4px}
        code{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
        .card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin-bottom:16px}
        .fall summary{display:grid;grid-template-columns:52px minmax(0,1fr) 66px 46px;gap:8px;align-items:center;cursor:pointer;
        list-style:none;padding:2px 0}
        .fall a{color:inherit;font-size:13px;text-decoration:none}.fall a:hover{text-decoration:underline}
        .fall b{font-size:13px;font-weight:600;text-align:right;font-variant-numeric:tabular-nums}
        .fall em{font-size:11px;color:var(--bad);font-style:normal}
        .bar{display:flex;height:16px;border-radius:3px;overflow:hidden;background:var(--paper)}.bar i{display:block;min-width:1px;
        border-right:1px solid var(--card)}
        .fall table{width:100%;font-size:13px;border-collapse:collapse;margin:2px 0 8px}.fall td{padding:1px 6px}
        .fall td:nth-child(2){text-align:right;font-variant-numeric:tabular-nums}.fall td:last-child{color:var(--dim)}
        .legend{display:flex;gap:14px;font-size:12px;color:var(--dim);margin:8px 0 2px}
        td i,.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}
        i.setting{background:var(--setting)}i.service{background:var(--service)}i.tool{background:var(--tool);padding:0}
        i.transport{background:var(--transport)}
        .incidents{list-style:none;margin:0;padding:0;font-size:13px}.incidents li{display:grid;
        grid-template-columns:58px minmax(0,1fr);gap:8px;align-items:baseline;padding:2px 0}.incidents .bad span{color:var(--bad)}
        .facts{display:grid;grid-template-columns:76px minmax(0,1fr);gap:2px 10px;margin:0;font-size:13px}
        .facts dd{margin:0;overflow-wrap:anywhere}summary{cursor:pointer}
        @media print{#player audio,.hint{display:none}#player{position:static}details{display:block}}

        """
}
