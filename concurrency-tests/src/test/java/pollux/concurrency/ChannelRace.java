package pollux.concurrency;

import pollux.sync.Mpsc;
import pollux.sync.Receiver;
import pollux.sync.Sender;

/** Two senders of one slot, and the receiver; then the senders close. */
final class ChannelRace extends Race {

    @Override
    public void run() {
        Mpsc<Integer> channel = Mpsc.bounded(1);
        Sender<Integer> sender = channel.sender();
        Receiver<Integer> receiver = channel.receiver();
        Sender<Integer> copy = sender.copy();
        Party first = new Party(sender.send(1));
        Party second = new Party(copy.send(2));
        Party received = new Party(receiver.receive());
        together(first, second, received);
        settle(first, second, received);
        require(first.hasEnded() || second.hasEnded(), "neither could send into an empty channel");
        require(received.hasEnded(), "the receiver was not woken");
        Party rest = new Party(receiver.receive());
        settle(rest, first, second);
        require(first.hasEnded() && second.hasEnded(), "a sender was not woken");
        require(rest.hasEnded(), "the receiver was not woken");
        require((Integer) received.answer() + (Integer) rest.answer() == 3, "an item was lost or came twice");
        Party end = new Party(receiver.receive());
        settle(end);
        together(new Close(sender), new Close(copy), end);
        settle(end);
        require(end.hasEnded() && end.answer() == null, "the receiver was not told the end");
    }

    private static final class Close implements Runnable {
        private final Sender<Integer> sender;

        Close(Sender<Integer> sender) {
            this.sender = sender;
        }

        @Override
        public void run() {
            sender.close();
        }
    }
}
