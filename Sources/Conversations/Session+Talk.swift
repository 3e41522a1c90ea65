import AudioKit
import Core

/// The microphone of our own conversation: talk mode, push-to-talk, tests; and how long an interruption took.
extension Session {
    /// Changes how the microphone is used. A phone call has no such thing.
    func setTalkMode(_ mode: TalkMode) {
        guard leg.info.kind == .device else { return refuseTalk("setTalkMode") }
        guard uplink.gate.mode != mode else { return }
        uplink.gate.change(to: mode)
        emit(.operatorAction(OperatorAction("talk mode \(mode.rawValue)", kind: .talkMode, text: mode.rawValue)))
        publishTalk(loop.now)
    }

    /// Push-to-talk opens or closes the microphone. What was said just before it opened goes first.
    func pushToTalk(_ on: Bool) {
        let now = loop.now
        let wasOpen = uplink.gate.isOpen(now: now)
        guard leg.info.kind == .device, uplink.gate.press(on, now: now) else { return refuseTalk("pushToTalk") }
        emit(.operatorAction(OperatorAction(on ? "talking" : "done talking", kind: .talk, text: on ? "on" : "off")))
        if on, !wasOpen {
            uplink.releasePretalk(now: now) { report($0, now) }
            sendHeld()
        }
        publishTalk(now)
    }

    private func refuseTalk(_ command: String) {
        let reason =
            leg.info.kind == .device
            ? "the talk mode is \(uplink.gate.mode.rawValue): choose ptt first"
            : "this is not a conversation at the devices"
        emit(.commandRefused(CommandRefusal(command: command, reason: reason)))
    }

    /// Tells the gate whether the agent is in the room. Every frame.
    func watchAgent(_ now: MonotonicTime) {
        guard uplink.gate.mode == .halfDuplex, downlink.isActive else { return }
        let unheard = Duration.nanoseconds(Int64(leg.unheardSamples) * 1_000_000_000 / Int64(clock.rate))
        uplink.gate.agentSounds(unheard: unheard, now: now)
    }

    func publishTalk(_ now: MonotonicTime) {
        guard leg.info.kind == .device else { return }
        meters.setTalk(uplink.gate.mode, isOpen: uplink.isOpen(now: now))
    }

    /// The spectrum of what the microphone hears, while somebody looks at it.
    func publishSpectrum(_ pcm: Span<Int16>, _ now: MonotonicTime) {
        guard meters.wantsSpectrum(now: now) else {
            if hasSpectrum {
                hasSpectrum = false
                uplink.dropSpectrum()
            }
            return
        }
        hasSpectrum = true
        guard let bands = uplink.updateSpectrum(pcm, bands: SessionMeters.bandCount) else { return }
        for (index, level) in bands.enumerated() { meters.setBand(index, Double(uplink.isMuted ? -70 : level)) }
    }

    // MARK: How long an interruption took

    /// An interruption whose end has not been rendered yet.
    struct PendingYield {
        var cut: BargeIn
        var decided: MonotonicTime
    }

    /// The first frame after an interruption is rendered: what is still on its way is the last of the agent.
    func tellYield(_ pending: PendingYield, _ now: MonotonicTime) {
        pendingYield = nil
        let unheard = Double(leg.unheardSamples) * 1000 / Double(clock.rate)
        emit(
            .agentYielded(
                AgentYield(
                    item: pending.cut.item, turn: pending.cut.turn, detectMs: pending.cut.detectMs,
                    yieldMs: (pending.cut.detectMs ?? 0) + (now - pending.decided).milliseconds + unheard)))
    }

    // MARK: Noise

    /// Begins to measure the background; `done` gets what came out, and the level from which sound may be speech.
    func calibrateNoise(_ done: @escaping @EngineActor (NoiseCalibration.Outcome, Float?) -> Void) {
        calibration = NoiseCalibration(rate: clock.rate).map { ($0, done) }
    }

    func cancelCalibration() { calibration = nil }

    /// Feeds a calibration that runs.
    func calibrate(_ pcm: Span<Int16>) {
        guard let outcome = calibration?.measure.take(pcm), let done = calibration?.done else { return }
        calibration = nil
        var threshold: Float?
        if case .floor(let level) = outcome { threshold = uplink.calibrate(background: level) }
        done(outcome, threshold)
    }
}
