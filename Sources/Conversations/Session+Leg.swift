import AudioKit
import Core
import ProviderKit

/// What the leg tells: the audio path of a session. Nothing here waits, locks or (in steady state) allocates.
extension Session: LegDelegate {
    public func legReceived(_ pcm: Span<Int16>) {
        guard !isOver else { return }
        let now = loop.now
        health.framesIn += 1
        if let verdict = alignment.callerArrived(pcm.count, now) { tell(verdict) }
        let due = clock.due(now)
        let taps = taps
        watchAgent(now)
        if calibration != nil { calibrate(pcm) }
        let speech = uplink.process(pcm, now: now) { heard in
            likeness.heard(heard)
            placement.take(heard, due: due, now: now) { piece, at in
                heardLatency.takeUser(piece, at: at)
                for tap in taps { tap.tapUser(piece, at: at) }
            }
        }
        if let speech { report(speech, now) }
        sendHeld()
        if log.isWatched {
            publishUserMeters(now)
            publishSpectrum(pcm, now)
        }
    }

    func report(_ speech: UplinkChain.Speech, _ now: MonotonicTime) {
        let probability = Double(uplink.detection?.probability ?? 0)
        switch speech {
        case .started(let at):
            input(.speechStarted(probability: probability, at: position(at), onset: time(at, now)))
        case .sustained(let from): input(.speechSustained(probability: probability, onset: time(from, now)))
        case .stopped(let at): input(.speechStopped(at: position(at), lastSpeech: time(at, now)))
        }
    }

    /// A count of user samples as position on the session's clock, and as time.
    private func position(_ sample: Int) -> Int64 { max(0, clock.agent - Int64(uplink.buffer.end - sample)) }
    func time(_ sample: Int, _ now: MonotonicTime) -> MonotonicTime {
        let back = Int64(uplink.buffer.end - sample) * 1_000_000_000 / Int64(clock.rate)
        return MonotonicTime(nanoseconds: now.nanoseconds - back)
    }

    public func legRender(_ pcm: inout MutableSpan<Int16>) {
        let now = loop.now
        if let pendingYield { tellYield(pendingYield, now) }
        var passages: [DownlinkChain.Passage] = []
        if digitTones.isActive {
            // Keys go first; the agent's words wait behind them.
            digitTones.render(into: &pcm)
        } else if let operatorVoice, operatorVoice.takesFrame() {
            operatorVoice.render(into: &pcm)
            if log.isWatched { downlink.measure(pcm.span) }
        } else {
            passages = downlink.render(into: &pcm, unheard: leg.unheardSamples, metering: log.isWatched)
            if isAgentMuted { Silence.fill(&pcm) }
        }
        health.framesOut += 1
        let (at, hole) = clock.placeAgent(pcm.count, now: now)
        if let hole {
            emit(.gap(AudioGap(channel: .agent, at: hole.at, samples: hole.samples, reason: "the playout stood still")))
        }
        settleUser(now)
        if isSpeakerMuted || uplink.gate.mode == .text { Silence.fill(&pcm) }
        heardLatency.takeAgent(pcm.span, at: at)
        likeness.played(pcm.span)
        for tap in taps { tap.tapAgent(pcm.span, at: at) }
        if !passages.isEmpty { report(passages, now) }
        if log.isWatched { tickWatched(now) }
    }

    /// Places the caller's audio that came late, and tells of holes.
    private func settleUser(_ now: MonotonicTime) {
        let taps = taps
        let hole = placement.settle(due: clock.due(now), now: now) { piece, at in
            heardLatency.takeUser(piece, at: at)
            for tap in taps { tap.tapUser(piece, at: at) }
        }
        if let hole, hole.at > 0 {
            emit(.gap(AudioGap(channel: .user, at: hole.at, samples: hole.samples, reason: "no audio from the caller")))
        }
        if let left = placement.takeDropped() {
            emit(
                .gap(
                    AudioGap(
                        channel: .user, at: left.at, samples: left.samples,
                        reason: "the caller's audio came faster than it can have been spoken")))
        }
    }

    private func report(_ passages: [DownlinkChain.Passage], _ now: MonotonicTime) {
        for passage in passages {
            switch passage {
            case .started(let item):
                let delay = Int64(leg.unheardSamples) * 1_000_000_000 / Int64(clock.rate)
                input(.itemStarted(item, heardAt: MonotonicTime(nanoseconds: now.nanoseconds + delay)))
            case .playedOut(let item, let ms): input(.itemPlayedOut(item, heardMs: ms, generatedMs: ms))
            }
        }
    }

    /// Meters, progress and health for those who watch.
    private func tickWatched(_ now: MonotonicTime) {
        meters.setAgent(
            level: downlink.meter.rms.map(Double.init), peak: downlink.meter.peak.map(Double.init),
            queueMs: downlink.queuedMs)
        if now - lastProgress >= .milliseconds(200) {
            lastProgress = now
            if let item = downlink.playing() { reportProgress(item) }
        }
        if now - lastHealth >= .seconds(1) {
            lastHealth = now
            emit(.health(currentHealth()))
            tellFormat()
        }
    }

    /// Tells the chain's formats again when the leg's have changed (a device was opened, plugged in, taken away).
    func tellFormat() {
        let told = leg.info.format + (alignment.callerMeasured == nil ? "" : ", measured")
        guard let capabilities = active?.provider.capabilities, told != toldFormat else { return }
        toldFormat = told
        emit(
            .audioFormat(
                AudioFormat(
                    leg: leg.info.format, legRate: leg.info.sampleRate, providerInputRate: capabilities.inputRate,
                    providerOutputRate: capabilities.outputRate, sides: alignment.sides)))
    }

    /// Tells what the rates of the audio chain came to.
    func tell(_ verdict: AudioAlignment.Verdict) {
        switch verdict {
        case .finding(let text): legFormat(text, sampleRate: leg.info.sampleRate)
        case .alarm(let code, let text, let fix):
            emit(.trouble(Trouble(code: code, severity: .error, text: text, fix: fix)))
        case .clear(let code): emit(.troubleCleared(TroubleCleared(code: code)))
        }
    }

    private func reportProgress(_ item: AgentItem) {
        let (heard, generated) = downlink.heard(item, unheard: leg.unheardSamples)
        emit(
            .agentSpeechProgress(
                AgentSpeech(
                    item: downlink.name(of: item), turn: max(machine.turn, 1), heardMs: heard, generatedMs: generated)))
    }

    /// The counters as they stand.
    func currentHealth() -> Health {
        health.underruns = downlink.underruns
        health.playoutQueueMs = downlink.queuedMs
        health.linkQueueBytes = active?.queuedBytes ?? 0
        let waiting = uplink.route == .held ? uplink.buffer.end - uplink.buffer.cursor : 0
        health.heldMs = Double(waiting) * 1000 / Double(clock.rate)
        health.callerLostMs = Double(uplink.buffer.lost) * 1000 / Double(clock.rate)
        leg.report(into: &health)
        return health
    }

    private func publishUserMeters(_ now: MonotonicTime) {
        publishTalk(now)
        meters.setClips(user: uplink.meter.clipped, agent: downlink.meter.clipped)
        guard let found = uplink.detection else { return }
        meters.setUser(
            level: uplink.meter.rms.map(Double.init), peak: uplink.meter.peak.map(Double.init),
            probability: Double(found.probability), threshold: 0.5, noiseFloor: Double(found.noiseFloor),
            speaking: found.isSpeech)
    }

    public func legDigit(_ digit: Character) { input(.digit(digit)) }

    public func legTrouble(_ trouble: Trouble?, code: String) {
        emit(trouble.map { .trouble($0) } ?? .troubleCleared(TroubleCleared(code: code)))
    }

    public func legFormat(_ finding: String, sampleRate: Int) {
        let capabilities = active?.provider.capabilities
        emit(
            .audioFormat(
                AudioFormat(
                    leg: leg.info.format, legRate: sampleRate, providerInputRate: capabilities?.inputRate ?? 0,
                    providerOutputRate: capabilities?.outputRate ?? 0, finding: finding, sides: alignment.sides)))
    }

    public func legEnded(_ end: SessionEnd) {
        emit(.health(currentHealth()))
        input(.legEnded(end))
    }

    /// Silences or opens the agent's audio for this listener; the conversation goes on, and the record shows the silence.
    func setSpeakerMute(_ on: Bool) {
        guard isSpeakerMuted != on else { return }
        isSpeakerMuted = on
        emit(.operatorAction(OperatorAction(on ? "speaker muted" : "speaker open")))
    }

    /// Opens or closes the microphone.
    func setMute(_ on: Bool) {
        guard uplink.isMuted != on else { return }
        uplink.isMuted = on
        meters.setMuted(on)
        emit(.operatorAction(OperatorAction(on ? "microphone muted" : "microphone open")))
    }
}
