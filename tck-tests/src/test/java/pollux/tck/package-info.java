/** What the verifications of the Reactive Streams TCK and the conversion matrix share. */
package pollux.tck;
