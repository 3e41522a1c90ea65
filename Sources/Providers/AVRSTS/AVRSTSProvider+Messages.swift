import AudioKit
import Core
import ProviderKit

/// What an adapter says (systems.md b.5.1). Unknown types and fields are ignored, missing ones survived.
extension AVRSTSProvider {
    private static let typeName = Array("type".utf8)
    private static let audioName = Array("audio".utf8)

    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) {
        guard link == Self.link, phase == .ready else { return }
        if payload.withUnsafeBufferPointer({ takeAudio($0, out) }) { return }
        do throws(JSONError) {
            let message = try JSONParser.parse(payload)
            guard let type = message["type"]?.string else { return garbage("a message without a type", out) }
            out.trace(WireMessage(source: "", direction: .received, type: type, bytes: payload.count))
            handle(type, message, out)
        } catch { garbage("a message that is not JSON", out) }
    }

    private func garbage(_ what: String, _ out: ProviderOutput) {
        oddities.notJSON += 1
        guard !hasNoticedGarbage else { return }
        hasNoticedGarbage = true
        out.event(.notice("the adapter sent \(what); ignored, more of it is only counted"))
    }

    private func handle(_ type: String, _ message: JSONValue, _ out: ProviderOutput) {
        switch type {
        case "audio":
            let letters = Array((message["audio"]?.string ?? "").utf8)
            letters.withUnsafeBufferPointer { play($0, out) }
        case "interruption": interrupted(out)
        case "transcript": transcript(message["role"]?.string, message["text"]?.string ?? "", out)
        case "tool_invocation": toolCall(message, out)
        case "error":
            let words = message["message"]?.string ?? "no reason given"
            out.event(.failure(failures.make("vendor", words, fix: "see the adapter's own log", .goesOn)))
        default: unknown(type, out)
        }
    }

    private func unknown(_ type: String, _ out: ProviderOutput) {
        oddities.unknownTypes += 1
        guard !hasNoticedUnknown else { return }
        hasNoticedUnknown = true
        let name = failures.clean(String(type.prefix(80)))
        out.event(
            .notice("the adapter sent a message of the unknown type \(name); ignored, more of them are only counted"))
    }

    // MARK: Audio of the agent

    /// Takes an audio message as it usually looks: no JSON value, no allocation.
    private func takeAudio(_ message: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) -> Bool {
        guard message.last == UInt8(ascii: "}"),
            JSONFieldScanner.isString(Self.typeName, Self.audioName, in: message),
            let data = JSONFieldScanner.string(Self.audioName, in: message)
        else { return false }
        out.trace(WireMessage(source: "", direction: .received, type: "audio", bytes: message.count))
        play(UnsafeBufferPointer(rebasing: message[data]), out)
        return true
    }

    private func play(_ letters: UnsafeBufferPointer<UInt8>, _ out: ProviderOutput) {
        guard !mute.isOn else { return mute.sign(out.now) }
        passCut(out)
        guard answers.admits(out) else {
            lastDropped = out.now
            return
        }
        scratch.removeAll(keepingCapacity: true)
        do throws(Base64Error) { try Base64.decode(letters.span, into: &scratch, options: .unpadded) } catch {
            oddities.badAudio += 1
            return garbage("audio that is not base64", out)
        }
        if answers.samples == 0 { decoder?.reset() }
        let start = out.pcm.count
        scratch.withUnsafeBufferPointer { decoder?.decode($0, into: &out.pcm) }
        answers.took(from: start, out)
        timeAnswer(out)
    }

    /// An answer that was cut has no end on the wire but silence: what comes after it is the next one.
    private func passCut(_ out: ProviderOutput) {
        guard answers.phase == .dropping, let last = lastDropped, out.now - last >= Self.idle else { return }
        nextAnswer()
    }

    private func nextAnswer() {
        lastDropped = nil
        answers.nextMayCome()
    }

    // MARK: Turns

    /// The vendor behind the adapter heard the user and has stopped; it comes when the agent is silent too.
    private func interrupted(_ out: ProviderOutput) {
        mute.end()
        user.begin(out)
        lastDropped = out.now
        answers.cut(out)
    }

    /// Final words of either side; the agent's may come before, amid or behind its audio.
    private func transcript(_ role: String?, _ text: String, _ out: ProviderOutput) {
        guard !text.isEmpty else { return }
        switch role {
        case "user":
            mute.end()
            nextAnswer()
            if answers.phase != .running, !answers.isUnheard { user.begin(out) }
            user.final(text, out)
        case "agent" where mute.isOn: mute.sign(out.now)
        // The words of an answer that was cut: the session knows how much of it was heard.
        case "agent" where answers.phase == .idle && answers.wasCut && answers.text.isEmpty: break
        case "agent" where answers.phase == .idle && answers.samples > 0 && answers.text.isEmpty:
            answers.correct(text, out)
        case "agent":
            answers.say(text, out)
            timeAnswer(out)
        default: break
        }
    }

    private func toolCall(_ message: JSONValue, _ out: ProviderOutput) {
        guard let id = message["invocationId"]?.string, let name = message["toolName"]?.string,
            calls.add(id, name: name)
        else { return }
        mute.end()
        let arguments = message["parameters"].map { $0.string ?? $0.text } ?? "{}"
        out.event(.toolCall(ToolCall(id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments)))
    }
}
