import Core

/// The way of the audio: formats, rates, drift, underruns, gaps, the detector's gate.
extension CauseSearch {
    var audioFindings: [Finding] {
        [chain, callerRatio, agentRatio, drift].compactMap { $0 } + counters + [gaps, flutter].compactMap { $0 }
    }

    private var formats: [(record: EventRecord, value: AudioFormat)] {
        all { if case .audioFormat(let format) = $0 { format } else { nil } }
    }

    private var chain: Finding? {
        guard let (record, format) = formats.last else { return nil }
        let odd = formats.compactMap { place in place.value.finding.map { evidence(place.record, $0) } }
        let text =
            "\(format.leg) → provider takes \(format.providerInputRate), sends \(format.providerOutputRate)"
            + " → \(format.legRate)"
        guard odd.isEmpty else {
            return finding(
                .warning, "audio.format", odd,
                knob: "set the same codec at both ends, or the provider's output format"
            ) { _ in text }
        }
        return Finding(severity: .info, code: "audio.chain", text: text, evidence: [evidence(record, format.leg)])
    }

    private func ratio(_ name: AudioFormat.Side.Name, _ code: String, _ whose: String, _ knob: String) -> Finding? {
        let measured = formats.compactMap { place -> (EventRecord, AudioFormat.Side, Double)? in
            guard let side = place.value.sides?.first(where: { $0.name == name }), let rate = side.measured,
                side.assumed > 0
            else { return nil }
            return (place.record, side, rate / Double(side.assumed))
        }
        guard let (record, side, ratio) = measured.last, ratio.isFinite else { return nil }
        let isOff = abs(ratio - 1) > 0.12
        let text =
            "\(whose) audio came at \(ExportNumber.fixed(ratio, 3)) of its rate (\(side.encoding) \(side.assumed) Hz)"
        return Finding(
            severity: isOff ? .error : .info, code: code, text: text,
            evidence: [evidence(record, "measured \(ExportNumber.fixed(side.measured, 0)) of \(side.assumed)")],
            knob: isOff ? knob : nil)
    }

    private var callerRatio: Finding? {
        ratio(
            .caller, "audio.caller-ratio", "the caller's",
            "set the same codec at both ends: slin is 8000 Hz, slin16 is 16000 Hz")
    }

    private var agentRatio: Finding? {
        ratio(
            .fromProvider, "audio.agent-ratio", "the agent's",
            "check the provider's output format and the network: slower than 1 has gaps, faster plays wrong")
    }

    private var health: [(record: EventRecord, value: Health)] {
        all { if case .health(let health) = $0 { health } else { nil } }
    }

    private var drift: Finding? {
        let start = records.lazy.compactMap { record -> SessionStart? in
            if case .sessionStarted(let start) = record.event { start } else { nil }
        }.first
        guard let start, start.sampleRate > 0,
            let (record, last) = health.last(where: { $0.value.measuredInputRate != nil }),
            let measured = last.measuredInputRate, measured.isFinite
        else { return nil }
        let ratio = measured / Double(start.sampleRate)
        let isOff = abs(ratio - 1) > 0.002
        return Finding(
            severity: isOff ? .warning : .info, code: "audio.drift",
            text: "the caller's clock runs \(Self.percent(ratio)) against ours",
            evidence: [evidence(record, "measured \(ExportNumber.fixed(measured, 1)) Hz of \(start.sampleRate)")],
            knob: isOff ? "look at the clock of the sound card or of the PBX; long calls gain or lose audio" : nil)
    }

    /// Counters that should stay at nothing, with the places where they rose.
    private var counters: [Finding] {
        typealias Counter = (code: String, words: String, knob: String, value: (Health) -> Int)
        let list: [Counter] = [
            (
                "audio.underruns", "the agent's audio ran dry",
                "the provider sends slower than it plays: another provider or region, or a better network",
                { $0.underruns }
            ),
            (
                "audio.late-frames", "frames left late",
                "the machine is busy: fewer calls on it (audiosocket.max_calls), or more cores", { $0.lateFrames }
            ),
            (
                "audio.capture-xruns", "the microphone lost samples", "choose another capture device (devices.capture)",
                { $0.captureXruns }
            ),
            (
                "audio.playback-xruns", "the speaker ran dry", "choose another playback device (devices.playback)",
                { $0.playbackXruns }
            ),
        ]
        return list.compactMap { counter in
            var before = 0
            var places: [Evidence] = []
            for (record, health) in health {
                let now = counter.value(health)
                if now > before { places.append(evidence(record, "\(now) so far")) }
                before = max(before, now)
            }
            return finding(.warning, counter.code, places, knob: counter.knob) { _ in
                "\(counter.words) \(Self.times(before))"
            }
        }
    }

    private var gaps: Finding? {
        let places = all { if case .gap(let gap) = $0, gap.samples != 0 { gap } else { nil } }.map { record, gap in
            evidence(
                record, "\(gap.channel.rawValue) \(Self.ms(Double(gap.samples) * 1000 / Double(rate))): \(gap.reason)")
        }
        return finding(.error, "audio.gaps", places, knob: "look at the reason: network, provider or disk") {
            "audio is missing in \($0) places"
        }
    }

    /// Speech of the user that stops and begins again at once, or lasts no longer than a cough.
    private var flutter: Finding? {
        var began: EventRecord?
        var ended: EventRecord?
        var places: [Evidence] = []
        for record in records {
            switch record.event {
            case .userSpeechStarted:
                if let last = ended, let ms = span(last, record), ms < 300 {
                    places.append(evidence(record, "speech again \(Self.ms(ms)) after its end"))
                }
                began = record
            case .userSpeechStopped:
                if let start = began, let ms = span(start, record), ms < 200 {
                    places.append(evidence(record, "speech of \(Self.ms(ms))"))
                }
                (began, ended) = (nil, record)
            default: break
            }
        }
        let knob = "raise endpointing_ms so that a pause does not end the turn, barge_in_ms against noise"
        return finding(places.count > 2 ? .warning : .info, "gate.flutter", places, knob: knob) {
            "the detector's gate fluttered \(Self.times($0))"
        }
    }

    private func span(_ one: EventRecord, _ other: EventRecord) -> Double? {
        let ms = (other.time - one.time).milliseconds
        return ms >= 0 ? ms : nil
    }
}
