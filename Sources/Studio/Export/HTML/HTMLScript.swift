/// What makes the page move: it only reads the attributes that the page carries. Nothing depends on it for reading.
enum HTMLScript {
    static let text = #"""

        "use strict";
        (() => {
          const audio = document.getElementById("audio");
          const head = document.getElementById("head");
          const lanes = document.querySelector(".lanes");
          const length = Number(document.body.dataset.length);
          const cues = [...document.querySelectorAll(".cue")].map((box) => ({
            box, from: Number(box.dataset.s), to: Number(box.dataset.e),
            words: [...box.querySelectorAll("span[data-t]")].map((word) => ({ word, at: Number(word.dataset.t) })),
          }));
          let follows = true;
          if (audio) {
            // A blob can be sought in everywhere, a data address not.
            const [kind, data] = audio.src.split(";base64,");
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            audio.src = URL.createObjectURL(new Blob([bytes], { type: kind.slice(5) }));
          }
          const seek = (time, plays) => {
            if (audio) {
              audio.currentTime = Math.max(0, Math.min(length, time));
              if (plays) audio.play().catch(() => {});
            }
            show(time);
          };
          const show = (time) => {
            if (head) {
              head.hidden = false;
              head.style.left = `${Math.min(100, (time / length) * 100)}%`;
            }
            let now = null;
            for (const cue of cues) {
              const isNow = time >= cue.from && time < cue.to;
              if (isNow) now = cue;
              if (!isNow && !cue.box.classList.contains("now")) continue;
              cue.box.classList.toggle("now", isNow);
              const last = isNow ? cue.words.findLastIndex((word) => word.at <= time) : -1;
              cue.words.forEach((word, index) => word.word.classList.toggle("on", index === last));
            }
            if (now && follows && audio && !audio.paused && !now.wasShown) {
              now.box.scrollIntoView({ block: "nearest", behavior: "smooth" });
            }
            for (const cue of cues) cue.wasShown = cue === now;
          };
          const tick = () => {
            show(audio.currentTime);
            if (!audio.paused) requestAnimationFrame(tick);
          };
          if (audio) {
            audio.addEventListener("play", tick);
            audio.addEventListener("seeked", () => show(audio.currentTime));
            audio.addEventListener("timeupdate", () => show(audio.currentTime));
          }
          addEventListener("wheel", () => { follows = false; }, { passive: true });
          document.addEventListener("click", (event) => {
            const place = event.target instanceof Element ? event.target.closest("[data-t]") : null;
            if (!place) return;
            event.preventDefault();
            follows = true;
            seek(Number(place.dataset.t), true);
          });
          if (lanes) lanes.addEventListener("click", (event) => {
            const box = lanes.getBoundingClientRect();
            seek(((event.clientX - box.left) / box.width) * length, false);
          });
          document.addEventListener("keydown", (event) => {
            if (!audio || event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.target instanceof Element && event.target.closest("button, summary, a, audio") && event.key === " ") return;
            const here = audio.currentTime;
            if (event.key === " ") audio.paused ? audio.play().catch(() => {}) : audio.pause();
            else if (event.key === "ArrowLeft") seek(here - 5, false);
            else if (event.key === "ArrowRight") seek(here + 5, false);
            else if (event.key === "j") seek(cues.find((cue) => cue.from > here + 0.05)?.from ?? here, false);
            else if (event.key === "k") seek(cues.findLast((cue) => cue.from < here - 0.5)?.from ?? 0, false);
            else return;
            event.preventDefault();
          });
        })();

        """#
}
